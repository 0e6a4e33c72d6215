// Syncs from a source: complete or nothing, held when they change much, and closing what they govern when too old.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CorpusSync : public CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    Create("docs", Allow({"group:okta/eng"}));
    Upsert("docs", {Document("a"), Document("b")});
    SetSource({});
  }

  struct SourceSettings {
    absl::Duration max_age = absl::InfiniteDuration();
    bool deny = false;
    uint32_t share = 20;
    uint64_t minimum = 0;
    std::vector<std::string> collections = {};
    std::string name = "okta";
  };
  void SetSource(const SourceSettings& settings) {
    storage::SourceRecord source;
    source.name = settings.name;
    source.collections = settings.collections;
    source.agents = {"service:sync"};
    source.max_age = settings.max_age;
    source.deny_when_stale = settings.deny;
    source.share_limit = settings.share;
    source.minimum = settings.minimum;
    const auto made = corpus().SetSource(Context(), source);
    ASSERT_TRUE(made.ok()) << made.status();
  }

  static std::vector<storage::MembershipRecord> Engineers(int count) {
    std::vector<storage::MembershipRecord> members;
    for (int i = 0; i < count; ++i) members.push_back({"group:okta/eng", absl::StrCat("user:", i)});
    return members;
  }

  absl::StatusOr<CommitOutcome> Sync(std::vector<storage::MembershipRecord> members,
                                     std::vector<storage::GrantRecord> grants = {},
                                     const std::string& source = "okta") {
    const auto id = corpus().BeginSync(Context(), source);
    if (!id.ok()) return id.status();
    const absl::Status pushed = corpus().PushSync(Context(), source, {*id, 0, std::move(members), std::move(grants)});
    if (!pushed.ok()) return pushed;
    return corpus().CommitSync(Context(), source, *id, 1);
  }

  uint64_t CountedMemberships() {
    uint64_t count = 0;
    EXPECT_TRUE(store()
                    .ForEachSync([&](std::string_view, const storage::SyncRecord& sync) {
                      count += sync.membership_count;
                      return absl::OkStatus();
                    })
                    .ok());
    return count;
  }

  storage::SourceRecord Source() { return corpus().ListSources(kTenant).front(); }
  static acl::Policy NobodyReads() { return *acl::CanonicalPolicy(acl::Inheritance::kReplace, {}); }
};

TEST_F(CorpusSync, NothingOfASyncShowsBeforeItsCommit) {
  const auto id = corpus().BeginSync(Context(), "okta");
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, Engineers(3), {}}).ok());
  EXPECT_THAT(Reads("docs", "user:1"), IsEmpty());
  Restart();
  EXPECT_THAT(Reads("docs", "user:1"), IsEmpty());
  const auto done = corpus().CommitSync(Context(), "okta", *id, 1);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->memberships_added, 3u);
  EXPECT_THAT(Reads("docs", "user:1"), ElementsAre("a", "b"));
}

TEST_F(CorpusSync, WhatTheNextPictureLeavesOutIsTakenAway) {
  ASSERT_TRUE(Sync(Engineers(10)).ok());
  const auto next = Sync(Engineers(9));
  ASSERT_TRUE(next.ok() && !next->held) << next.status();
  EXPECT_EQ(next->memberships_removed, 1u);
  EXPECT_THAT(Reads("docs", "user:9"), IsEmpty());
  EXPECT_THAT(Reads("docs", "user:8"), ElementsAre("a", "b"));
}

TEST_F(CorpusSync, OtherGroupsAreNotTheSourcesBusiness) {
  AddMembers({{"group:local", "user:z"}, {"group:okta2/eng", "user:z"}});
  ASSERT_TRUE(Sync(Engineers(1)).ok());
  EXPECT_THAT(corpus().ListMembers(kTenant, "group:local", "", 10), ElementsAre("user:z"));
  EXPECT_THAT(corpus().ListMembers(kTenant, "group:okta2/eng", "", 10), ElementsAre("user:z"));
  const auto foreign = Sync({{"group:local", "user:eve"}});
  EXPECT_EQ(foreign.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(foreign.status().message()), HasSubstr("memberships[0]"));
}

TEST_F(CorpusSync, ACommitThatChangesTooMuchIsHeldUntilAnotherAgrees) {
  ASSERT_TRUE(Sync(Engineers(10)).ok());
  const auto held = Sync(Engineers(5));
  ASSERT_TRUE(held.ok() && held->held) << held.status();
  EXPECT_THAT(held->held_reason, HasSubstr("remove memberships: 5 of 10 (50 %, limit 20 %)"));
  EXPECT_THAT(Reads("docs", "user:9"), ElementsAre("a", "b"));
  Restart();
  EXPECT_TRUE(Source().held);
  const auto other = Sync(Engineers(4));
  ASSERT_TRUE(other.ok() && other->held) << "it is another picture than the held one";
  EXPECT_THAT(Reads("docs", "user:9"), ElementsAre("a", "b"));
  const auto same = Sync(Engineers(4));
  ASSERT_TRUE(same.ok() && !same->held) << same.status();
  EXPECT_THAT(Reads("docs", "user:9"), IsEmpty());
  EXPECT_FALSE(Source().held);
}

TEST_F(CorpusSync, AnAdministratorsWordPutsAHeldSyncInForce) {
  ASSERT_TRUE(Sync(Engineers(10)).ok());
  ASSERT_TRUE(Sync(Engineers(100))->held);
  const std::string id = Source().held_sync_id;
  EXPECT_EQ(corpus().ApproveSync(Context(), "okta", "sync-1").status().code(), absl::StatusCode::kNotFound);
  const auto approved = corpus().ApproveSync(Context(), "okta", id);
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->memberships_added, 90u);
  EXPECT_THAT(Reads("docs", "user:99"), ElementsAre("a", "b"));
  EXPECT_EQ(corpus().ApproveSync(Context(), "okta", id).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusSync, FewChangesAreNeverHeld) {
  SetSource({.share = 0, .minimum = 3});
  ASSERT_TRUE(Sync(Engineers(10)).ok());
  EXPECT_FALSE(Sync(Engineers(7))->held);
  EXPECT_TRUE(Sync(Engineers(3))->held);
}

TEST_F(CorpusSync, AFirstPictureThatReplacesWhatPeopleWroteIsHeld) {
  const auto held = Sync({}, {{"collections/docs", Allow({"user:x"})}});
  ASSERT_TRUE(held.ok() && held->held) << held.status();
  EXPECT_THAT(held->held_reason, HasSubstr("replace rules that people wrote on 1 nodes"));
  EXPECT_THAT(Reads("docs", "user:x"), IsEmpty());
  ASSERT_TRUE(corpus().ApproveSync(Context(), "okta", Source().held_sync_id).ok());
  EXPECT_THAT(Reads("docs", "user:x"), ElementsAre("a", "b"));
}

TEST_F(CorpusSync, GrantsAreSetAndThoseLeftOutAreForNobody) {
  SetSource({.minimum = 1});
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:x"})},
                        {"collections/docs/folders/f", Allow({"user:x"})},
                        {"collections/docs", Allow({"user:x"})}})
                  .ok());
  EXPECT_THAT(Reads("docs", "user:x"), ElementsAre("a", "b"));
  EXPECT_EQ(corpus().GetPolicy(kTenant, {"docs", "a"})->source, "okta");
  SetSource({.share = 100});
  ASSERT_TRUE(Sync({}, {{"collections/docs", Allow({"user:x"})}}).ok());
  EXPECT_THAT(Reads("docs", "user:x"), ElementsAre("b"));
  EXPECT_EQ(corpus().GetPolicy(kTenant, {"docs", "a"})->policy, NobodyReads());
  EXPECT_EQ(corpus().GetPolicy(kTenant, {"docs", "", "f"})->policy, NobodyReads());
  Restart();
  EXPECT_THAT(Reads("docs", "user:x"), ElementsAre("b"));
}

TEST_F(CorpusSync, APersonsPolicyIsNoLongerTheSources) {
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:x"})}}).ok());
  SetPolicy("docs", "a", Allow({"user:y"}));
  SetSource({.share = 100});
  ASSERT_TRUE(Sync({}).ok());
  EXPECT_THAT(Reads("docs", "user:y"), ElementsAre("a"));
}

TEST_F(CorpusSync, AGrantOnWhatDoesNotExistFailsTheWholeCommit) {
  const auto failed = Sync(Engineers(1), {{"collections/docs/documents/none", Allow({"user:x"})}});
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("collections/docs/documents/none"));
  EXPECT_THAT(Reads("docs", "user:0"), IsEmpty());
}

TEST_F(CorpusSync, ASourceWritesNoRulesOutsideTheCollectionsItGoverns) {
  Create("board", Allow({"user:ceo"}));
  Upsert("board", {Document("minutes")});
  SetSource({.collections = {"docs"}});
  for (const std::string& node : std::vector<std::string>{"", "/documents/minutes", "/folders/f", "/documents/none"}) {
    const auto refused = Sync(Engineers(1), {{"collections/board" + node, Allow({"user:0"})}});
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kPermissionDenied) << node << refused.status();
  }
  EXPECT_EQ(Sync({}, {{"collections/none", Allow({"user:0"})}}).status().code(), absl::StatusCode::kPermissionDenied)
      << "nor does it learn what is there";
  EXPECT_THAT(Reads("board", "user:0"), IsEmpty());
  EXPECT_THAT(Reads("board", "user:ceo"), ElementsAre("minutes"));
  EXPECT_THAT(Reads("docs", "user:0"), IsEmpty()) << "nothing of a refused commit is in force";
  EXPECT_TRUE(Sync({}, {{"collections/docs", Allow({"user:0"})}}).ok());
}

TEST_F(CorpusSync, WhatASourceNoLongerGovernsIsTakenAwayByItsNextSync) {
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:x"})}}).ok());
  Create("other", {});
  SetSource({.share = 100, .collections = {"other"}});
  ASSERT_TRUE(Sync({}).ok());
  EXPECT_EQ(corpus().GetPolicy(kTenant, {"docs", "a"})->policy, NobodyReads());
}

TEST_F(CorpusSync, OneSourceDoesNotTakeOverTheRulesOfAnother) {
  SetSource({.name = "files"});
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:x"})}}, "files").ok());
  const auto refused = Sync({}, {{"collections/docs/documents/a", Allow({"user:y"})}});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Reads("docs", "user:x"), ElementsAre("a"));
  ASSERT_TRUE(corpus().DeleteSource(Context(), "files", "").ok());
  EXPECT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:y"})}}).ok())
      << "a forgotten source owns nothing";
  EXPECT_THAT(Reads("docs", "user:y"), ElementsAre("a"));
}

TEST_F(CorpusSync, ASyncRaisesLabelsButNeverLowersThem) {
  const auto labelled = [](uint32_t level) {
    acl::Policy policy = Allow({"user:x"});
    policy.label.level = level;
    return policy;
  };
  const NodeName node = {"docs", "a"};
  SetPolicy(node, labelled(3));
  SetSource({.share = 100});
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", Allow({"user:x"})}}).ok());
  EXPECT_EQ(corpus().GetPolicy(kTenant, node)->policy.label.level, 3u) << "a picture that is silent about labels";
  ASSERT_TRUE(Sync({}, {{"collections/docs/documents/a", labelled(4)}}).ok());
  EXPECT_EQ(corpus().GetPolicy(kTenant, node)->policy.label.level, 4u);
  const auto lower = Sync({}, {{"collections/docs/documents/a", labelled(2)}});
  EXPECT_EQ(lower.status().code(), absl::StatusCode::kFailedPrecondition) << "not even on a node it has set before";
  EXPECT_THAT(std::string(lower.status().message()), HasSubstr("collections/docs/documents/a"));
  EXPECT_EQ(corpus().GetPolicy(kTenant, node)->policy.label.level, 4u);
}

TEST_F(CorpusSync, APartThatIsSentAgainIsCountedAsItIsNow) {
  const auto id = corpus().BeginSync(Context(), "okta");
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, {}, {}}).ok());
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 1, Engineers(2), {}}).ok());
  EXPECT_EQ(CountedMemberships(), 2u);
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, Engineers(5), {}}).ok());
  EXPECT_EQ(CountedMemberships(), 7u) << "else the limit on a sync's size would limit nothing";
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 1, Engineers(1), {}}).ok());
  EXPECT_EQ(CountedMemberships(), 6u);
}

TEST_F(CorpusSync, APartThatComesInDuringACommitIsInItWhollyOrNotAtAll) {
  for (int round = 0; round < 20; ++round) {
    const auto id = corpus().BeginSync(Context(), "okta");
    ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, Engineers(2), {}}).ok());
    std::thread sender([&] {
      // Refused once the commit is through; until then it takes the first part's place.
      while (corpus().PushSync(Context(), "okta", {*id, 0, {{"group:okta/eng", "user:late"}}, {}}).ok()) {
      }
    });
    absl::StatusOr<CommitOutcome> done;
    do {
      done = corpus().CommitSync(Context(), "okta", *id, 1);
    } while (absl::IsAborted(done.status()));
    sender.join();
    ASSERT_TRUE(done.ok()) << done.status();
    if (done->held) {
      ASSERT_TRUE(corpus().ApproveSync(Context(), "okta", *id).ok());
    }
    EXPECT_NE(Reads("docs", "user:late").empty(), Reads("docs", "user:1").empty());
  }
}

TEST_F(CorpusSync, ARuleOfASyncNamesOnlyWhatIsKnownWhereTheTenantWantsThat) {
  storage::TenantSettingsRecord settings;
  settings.require_known_subjects = true;
  ASSERT_TRUE(corpus().SetSettings(Context(), settings, "").ok());
  const storage::GrantRecord stranger{"collections/docs/documents/a", Allow({"user:stranger"})};
  const auto refused = Sync(Engineers(200), {stranger});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.status().message(), HasSubstr("user:stranger"));
  EXPECT_THAT(Reads("docs", "user:1"), IsEmpty());
  const storage::GrantRecord brought{"collections/docs/documents/a", Allow({"user:1"})};
  EXPECT_TRUE(Sync(Engineers(2), {brought}).ok());
}

TEST_F(CorpusSync, ATenantHasSoManySourcesAndNoMore) {
  storage::SourceRecord source;
  for (int i = 1; i < 256; ++i) {
    source.name = absl::StrCat("source-", i);
    ASSERT_TRUE(corpus().SetSource(Context(), source).ok());
  }
  source.name = "one-more";
  EXPECT_EQ(corpus().SetSource(Context(), source).status().code(), absl::StatusCode::kResourceExhausted);
  source.name = "okta";
  EXPECT_TRUE(corpus().SetSource(Context(), source).ok());
}

TEST_F(CorpusSync, ACommitKnowsHowManyPartsThereWere) {
  const auto id = corpus().BeginSync(Context(), "okta");
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, Engineers(1), {}}).ok());
  EXPECT_EQ(corpus().PushSync(Context(), "okta", {*id, 2, Engineers(1), {}}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(corpus().CommitSync(Context(), "okta", *id, 2).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(corpus().PushSync(Context(), "okta", {*id, 0, Engineers(2), {}}).ok()) << "a part may be sent again";
  EXPECT_EQ(corpus().CommitSync(Context(), "okta", *id, 1)->memberships_added, 2u);
}

TEST_F(CorpusSync, ANewSyncDropsOneThatWasNotCommitted) {
  const auto first = corpus().BeginSync(Context(), "okta");
  const auto second = corpus().BeginSync(Context(), "okta");
  EXPECT_NE(*first, *second);
  EXPECT_EQ(corpus().PushSync(Context(), "okta", {*first, 0, Engineers(1), {}}).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(corpus().AbortSync(Context(), "okta", *second).ok());
  EXPECT_EQ(corpus().CommitSync(Context(), "okta", *second, 0).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusSync, OnlyAgentsSyncForASource) {
  WriteContext context = Context();
  context.owner = AskerFor("user:eve");
  const absl::Status hidden = corpus().BeginSync(context, "okta").status();
  EXPECT_EQ(hidden.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(hidden.message(), "there is no source 'okta'");
  context.owner = AskerFor("service:sync");
  EXPECT_TRUE(corpus().BeginSync(context, "okta").ok());
}

TEST_F(CorpusSync, AStaleSourceClosesWhatItGoverns) {
  ASSERT_TRUE(Sync(Engineers(1)).ok());
  SetSource({.max_age = absl::Hours(1), .deny = true});
  EXPECT_THAT(Reads("docs", "user:0"), ElementsAre("a", "b"));
  clock().Advance(absl::Hours(1));
  EXPECT_THAT(Reads("docs", "user:0"), IsEmpty());
  EXPECT_FALSE(MayRead("user:0", {"docs", "a"}));
  EXPECT_TRUE(corpus().SyncAges(kTenant, "docs").front().denies);
  const auto told = corpus().Explain(kTenant, {AskerFor("user:0"), {"docs", "a"}});
  EXPECT_THAT(told->explanation.summary, HasSubstr("okta"));
  EXPECT_THAT(corpus().ListReaders(kTenant, {"docs", "a"}, "", "", 10)->principals, IsEmpty());
  Restart();
  EXPECT_THAT(Reads("docs", "user:0"), IsEmpty());
  ASSERT_TRUE(Sync(Engineers(1)).ok());
  EXPECT_THAT(Reads("docs", "user:0"), ElementsAre("a", "b"));
}

TEST_F(CorpusSync, ASourceThatWasNeverSyncedIsStaleFromTheStart) {
  AddMembers({{"group:okta/eng", "user:0"}});
  SetSource({.max_age = absl::Hours(1), .deny = true});
  EXPECT_THAT(Reads("docs", "user:0"), IsEmpty());
  ASSERT_TRUE(corpus().DeleteSource(Context(), "okta", "").ok());
  EXPECT_THAT(Reads("docs", "user:0"), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace usher::corpus
