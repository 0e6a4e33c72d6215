// What the wire may say about access, and what becomes of it: every refusal names its field.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/stream_places.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

auth::TokenMint Tokens() { return auth::TokenMint(std::string(32, 'k')); }

// The field that a refusal names; "OK" where nothing was refused.
std::string FieldOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return DetailOf(status, kFieldDetail).value_or("none");
}

v1::Policy Allowing(const std::string& subject) {
  v1::Policy policy;
  v1::Rule* rule = policy.add_rules();
  rule->set_effect(v1::EFFECT_ALLOW);
  rule->add_subjects(subject);
  return policy;
}

TEST(DurationTest, OnlyWhatLiesWithinTheBoundsIsTaken) {
  constexpr DurationBounds kBounds{absl::Seconds(1), absl::Hours(1), "1 second to 1 hour"};
  const auto field_of = [&](int64_t seconds, int32_t nanos) {
    google::protobuf::Duration duration;
    duration.set_seconds(seconds);
    duration.set_nanos(nanos);
    return FieldOf(DurationFromProto(duration, kBounds, "here").status());
  };
  EXPECT_EQ(field_of(1, 0), "OK");
  EXPECT_EQ(field_of(3'600, 0), "OK");
  EXPECT_EQ(field_of(3'599, 999'999'999), "OK");
  EXPECT_EQ(field_of(0, 999'999'999), "here");
  EXPECT_EQ(field_of(3'600, 1), "here");
  EXPECT_EQ(field_of(-1, 0), "here");
  EXPECT_EQ(field_of(2, -1), "here");
  EXPECT_EQ(field_of(2, 1'000'000'000), "here");
  EXPECT_EQ(field_of(std::numeric_limits<int64_t>::max(), 0), "here");
  EXPECT_EQ(field_of(std::numeric_limits<int64_t>::min(), std::numeric_limits<int32_t>::min()), "here");
}

TEST(PolicyTest, EverythingAPolicySaysComesBackAsItWas) {
  v1::Policy policy = Allowing("group:eng");
  policy.set_inheritance(v1::INHERITANCE_RESTRICT);
  policy.mutable_rules(0)->mutable_not_before()->set_seconds(100);
  policy.mutable_rules(0)->mutable_expire_time()->set_seconds(200);
  policy.mutable_label()->set_level(3);
  policy.mutable_label()->add_compartments("mna");
  policy.mutable_label()->add_purposes("audit");
  policy.add_ceiling("group:staff");
  policy.add_owners("user:boss");
  const auto read = PolicyFromProto(policy, "policy");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ToProto(*read).SerializeAsString(), policy.SerializeAsString());
}

TEST(PolicyTest, BreakGlassRulesOfARequestDoNotCount) {
  v1::Policy policy = Allowing("user:ann");
  v1::Rule* rule = policy.add_rules();
  rule->set_effect(v1::EFFECT_BREAK_GLASS);
  rule->add_subjects("user:eve");
  const auto read = PolicyFromProto(policy, "policy");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->rules.size(), 1u);
  EXPECT_THAT(read->rules[0].subjects, ElementsAre("user:ann"));
}

TEST(PolicyTest, WhatIsWrongIsNamed) {
  const auto field_of = [](const v1::Policy& policy) { return FieldOf(PolicyFromProto(policy, "p").status()); };
  v1::Policy policy = Allowing("user:ann");
  policy.mutable_rules(0)->set_effect(v1::EFFECT_UNSPECIFIED);
  EXPECT_EQ(field_of(policy), "p.rules[0].effect");
  policy = Allowing("user:ann");
  policy.set_inheritance(static_cast<v1::Inheritance>(9));
  EXPECT_EQ(field_of(policy), "p.inheritance");
  policy = Allowing("user:ann");
  policy.mutable_rules(0)->mutable_expire_time()->set_nanos(-1);
  EXPECT_EQ(field_of(policy), "p.rules[0].expire_time");
  policy = Allowing("user:ann");
  policy.mutable_rules(0)->mutable_not_before()->set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(field_of(policy), "p.rules[0].not_before");
  for (const char* bad : {"", "ann", "group:", "everyone "}) {
    EXPECT_EQ(field_of(Allowing(bad)), "p.rules[0].subjects[0]") << bad;
  }
  policy = Allowing("user:ann");
  policy.mutable_rules(0)->clear_subjects();
  EXPECT_EQ(field_of(policy), "p.rules[0]");
  policy = Allowing("user:ann");
  policy.set_inheritance(v1::INHERITANCE_INHERIT);
  EXPECT_EQ(field_of(policy), "p.rules[0]");
  policy = Allowing("user:ann");
  policy.add_owners("user:boss");
  policy.add_owners("everyone");
  EXPECT_EQ(field_of(policy), "p.owners[1]");
  policy = Allowing("user:ann");
  policy.add_ceiling("nobody");
  EXPECT_EQ(field_of(policy), "p.ceiling[0]");
  policy = Allowing("user:ann");
  policy.mutable_label()->set_level(256);
  EXPECT_EQ(field_of(policy), "p.label.level");
  policy.mutable_label()->set_level(0);
  policy.mutable_label()->add_purposes("audit");
  policy.mutable_label()->add_purposes("a b");
  EXPECT_EQ(field_of(policy), "p.label.purposes[1]");
  for (int i = 0; i <= acl::kMaxCompartments; ++i) policy.mutable_label()->add_compartments(absl::StrCat(i));
  EXPECT_EQ(field_of(policy), "p.label.compartments");
}

TEST(PolicyTest, RulesAreCountedAsTheyWereSent) {
  v1::Policy policy;
  policy.add_rules()->set_effect(v1::EFFECT_BREAK_GLASS);
  policy.MergeFrom(Allowing("user:ann"));
  policy.MergeFrom(Allowing("ann"));
  const absl::Status status = PolicyFromProto(policy, "p").status();
  EXPECT_EQ(FieldOf(status), "p.rules[2].subjects[0]");
  EXPECT_THAT(std::string(status.message()), testing::Not(testing::HasSubstr("rules[")));
}

TEST(PolicyTest, SubjectsOfRulesCeilingAndOwnersAreCountedTogether) {
  v1::Policy policy = Allowing("user:ann");
  policy.add_ceiling("everyone");
  policy.add_owners("user:boss");
  for (int i = policy.rules(0).subjects_size() + 2; i < acl::kMaxSubjectsPerPolicy; ++i) {
    policy.mutable_rules(0)->add_subjects(absl::StrCat("user:", i));
  }
  EXPECT_EQ(FieldOf(PolicyFromProto(policy, "p").status()), "OK");
  policy.add_owners("user:one-too-many");
  EXPECT_EQ(FieldOf(PolicyFromProto(policy, "p").status()), "p");
}

TEST(PurposeTest, IsAWordThatCanBeRead) {
  EXPECT_EQ(*PurposeFromProto(""), "");
  EXPECT_EQ(*PurposeFromProto(std::string(64, 'x')), std::string(64, 'x'));
  for (const std::string& bad :
       {std::string(65, 'x'), std::string("a b"), std::string("a\nb"), std::string("a\xE2\x80\x8B")}) {
    EXPECT_EQ(FieldOf(PurposeFromProto(bad).status()), "purpose");
  }
}

TEST(ConsistencyTest, StalenessIsBoundedAndChangesNothing) {
  const auto field_of = [](absl::Duration staleness) {
    v1::Consistency consistency;
    *consistency.mutable_max_staleness() = ToProto(staleness);
    const auto read = FromProto(consistency, Tokens());
    EXPECT_FALSE(read.ok() && read->has_value());
    return FieldOf(read.status());
  };
  EXPECT_EQ(field_of(absl::Milliseconds(1)), "OK");
  EXPECT_EQ(field_of(absl::Hours(1)), "OK");
  EXPECT_EQ(field_of(absl::Microseconds(999)), "consistency.max_staleness");
  EXPECT_EQ(field_of(absl::Hours(1) + absl::Nanoseconds(1)), "consistency.max_staleness");
  EXPECT_EQ(field_of(absl::ZeroDuration()), "consistency.max_staleness");
}

TEST(ChangesTest, NothingIsNamedTwice) {
  v1::UpdateMembersRequest members;
  for (int i = 0; i < 2; ++i) {
    v1::Membership* membership = i == 0 ? members.add_add() : members.add_remove();
    membership->set_group("group:g");
    membership->set_member("user:a");
  }
  MembershipSet seen;
  EXPECT_TRUE(MembershipsFromProto(members.add(), "add", seen).ok());
  EXPECT_EQ(FieldOf(MembershipsFromProto(members.remove(), "remove", seen).status()), "remove[0]");

  v1::SetPoliciesRequest policies;
  policies.add_updates()->set_resource("collections/c/folders/a");
  policies.add_updates()->set_resource("collections/c/folders/a");
  EXPECT_EQ(FieldOf(UpdatesFromProto(policies.updates(), "updates", Etags::kRead, Tokens()).status()),
            "updates[1].resource");

  v1::SetClearancesRequest clearances;
  clearances.add_clearances()->set_principal("user:a");
  clearances.add_clearances()->set_principal("user:a");
  EXPECT_EQ(FieldOf(ClearancesFromProto(clearances.clearances(), "clearances").status()), "clearances[1].principal");
}

TEST(ChangesTest, ABadEtagIsRefusedOnlyWhereEtagsCount) {
  v1::SetPoliciesRequest request;
  request.add_updates()->set_resource("collections/c");
  request.mutable_updates(0)->set_etag("x");
  EXPECT_EQ(FieldOf(UpdatesFromProto(request.updates(), "updates", Etags::kRead, Tokens()).status()),
            "updates[0].etag");
  EXPECT_TRUE(UpdatesFromProto(request.updates(), "updates", Etags::kIgnore, Tokens()).ok());
  request.mutable_updates(0)->set_etag(Tokens().RevisionToken(acl::Revision(7)));
  const auto updates = UpdatesFromProto(request.updates(), "updates", Etags::kRead, Tokens());
  ASSERT_TRUE(updates.ok()) << updates.status();
  EXPECT_EQ((*updates)[0].expected_revision, acl::Revision(7));
}

TEST(ChangesTest, ClearancesOutOfBoundsAreNamed) {
  v1::SetClearancesRequest request;
  v1::Clearance* clearance = request.add_clearances();
  clearance->set_principal("group:eng");
  EXPECT_EQ(FieldOf(ClearancesFromProto(request.clearances(), "c").status()), "c[0].principal");
  clearance->set_principal("user:a");
  clearance->set_level(256);
  EXPECT_EQ(FieldOf(ClearancesFromProto(request.clearances(), "c").status()), "c[0]");
  clearance->set_level(255);
  clearance->add_compartments(std::string(65, 'x'));
  EXPECT_EQ(FieldOf(ClearancesFromProto(request.clearances(), "c").status()), "c[0]");
}

v1::Source Directory() {
  v1::Source source;
  source.set_name("okta");
  return source;
}

TEST(SourceTest, WhatIsUnsetHasTheUsualValue) {
  const auto record = FromProto(Directory());
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->share_limit, 20u);
  EXPECT_EQ(record->minimum, 10u);
  EXPECT_EQ(record->max_age, absl::InfiniteDuration());
  EXPECT_FALSE(record->deny_when_stale);
  EXPECT_THAT(record->agents, IsEmpty());
  const v1::Source back = ToProto(*record);
  EXPECT_FALSE(back.has_max_age());
  EXPECT_FALSE(back.has_last_commit_time());
  EXPECT_FALSE(back.has_held());
}

TEST(SourceTest, ZeroIsNotTheSameAsUnset) {
  v1::Source source = Directory();
  source.set_share_limit(0);
  source.set_minimum(0);
  const auto record = FromProto(source);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->share_limit, 0u);
  EXPECT_EQ(record->minimum, 0u);
}

TEST(SourceTest, WhatIsWrongIsNamed) {
  v1::Source source = Directory();
  source.set_name("Okta");
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.name");
  source = Directory();
  source.set_share_limit(101);
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.share_limit");
  source = Directory();
  source.mutable_max_age()->set_seconds(59);
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.max_age");
  source = Directory();
  source.add_agents("everyone");
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.agents[0]");
  source = Directory();
  for (int i = 0; i < 17; ++i) source.add_agents(absl::StrCat("service:", i));
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.agents");
  source = Directory();
  source.add_collections("docs");
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.collections[0]");
  source = Directory();
  for (int i = 0; i < 1'000; ++i) source.add_collections(absl::StrCat("collections/c", i));
  EXPECT_EQ(FieldOf(FromProto(source).status()), "OK");
  source.add_collections("collections/c0");
  EXPECT_EQ(FieldOf(FromProto(source).status()), "source.collections");
}

TEST(ClaimedGroupsTest, MustNameTheirSource) {
  google::protobuf::RepeatedPtrField<std::string> groups;
  groups.Add("group:okta/eng");
  EXPECT_TRUE(ClaimedGroupsFromProto(groups).ok());
  groups.Add("group:eng");
  EXPECT_EQ(FieldOf(ClaimedGroupsFromProto(groups).status()), "groups[1]");
  while (groups.size() <= 100) groups.Add("group:okta/eng");
  EXPECT_EQ(FieldOf(ClaimedGroupsFromProto(groups).status()), "groups");
}

v1::UpsertDocumentsRequest ThreeChunks() {
  v1::UpsertDocumentsRequest request;
  v1::Document* document = request.add_documents();
  document->set_name("collections/c/documents/d");
  for (int i = 0; i < 3; ++i) document->mutable_chunks()->add_chunks()->set_text("text");
  return request;
}

TEST(ChunkPoliciesTest, AreKeptByNumberAndOnlyWhereTheySaySomething) {
  v1::UpsertDocumentsRequest request = ThreeChunks();
  EXPECT_EQ(FromProto(request, "c")->front().chunk_policies, std::nullopt);
  v1::ReadyChunks* chunks = request.mutable_documents(0)->mutable_chunks();
  *chunks->mutable_chunks(2)->mutable_policy() = Allowing("user:ann");
  chunks->mutable_chunks(0)->mutable_policy();
  const auto documents = FromProto(request, "c");
  ASSERT_TRUE(documents.ok()) << documents.status();
  const auto& policies = documents->front().chunk_policies;
  ASSERT_TRUE(policies.has_value());
  ASSERT_EQ(policies->size(), 1u);
  EXPECT_EQ(policies->front().first, 2u);
  EXPECT_FALSE(documents->front().discard_chunk_policies);
  chunks->mutable_chunks(2)->mutable_policy()->mutable_rules(0)->set_subjects(0, "ann");
  EXPECT_EQ(FieldOf(FromProto(request, "c").status()), "documents[0].chunks.chunks[2].policy.rules[0].subjects[0]");
}

TEST(ChunkPoliciesTest, AnEmptyPolicySaysThatTheCallerKnowsOfThem) {
  v1::UpsertDocumentsRequest request = ThreeChunks();
  request.mutable_documents(0)->mutable_chunks()->mutable_chunks(1)->mutable_policy();
  request.mutable_documents(0)->set_discard_chunk_policies(true);
  const auto documents = FromProto(request, "c");
  ASSERT_TRUE(documents.ok()) << documents.status();
  ASSERT_TRUE(documents->front().chunk_policies.has_value());
  EXPECT_THAT(*documents->front().chunk_policies, IsEmpty());
  EXPECT_TRUE(documents->front().discard_chunk_policies);
}

TEST(StreamPlacesTest, APlaceIsFreeAgainWhenItIsGivenBack) {
  StreamPlaces places(2);
  auto first = places.Take();
  auto second = places.Take();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(places.Take().status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(places.Take().status().code(), absl::StatusCode::kResourceExhausted);
  first->reset();
  EXPECT_TRUE(places.Take().ok());
}

}  // namespace
}  // namespace usher::rpc
