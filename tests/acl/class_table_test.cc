#include "acl/class_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "acl/group_graph.h"
#include "acl/rights.h"

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);
const absl::Time kLater = kNoon + absl::Hours(1);

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }
Rule From(Rule rule, absl::Time not_before) {
  rule.not_before = not_before;
  return rule;
}
Rule Until(Rule rule, absl::Time expire_time) {
  rule.expire_time = expire_time;
  return rule;
}
Policy Inherit(std::vector<Rule> rules) { return *CanonicalPolicy(Inheritance::kInherit, std::move(rules)); }
Policy Restrict(std::vector<Rule> rules) { return *CanonicalPolicy(Inheritance::kRestrict, std::move(rules)); }
Policy Replace(std::vector<Rule> rules) { return *CanonicalPolicy(Inheritance::kReplace, std::move(rules)); }

class ClassTableTest : public testing::Test {
 protected:
  Entitlement Resolve(std::string_view principal, absl::Time now = kNoon) {
    return table_.Resolve(RightsOf(graph_, ClearanceTable(), {std::string(principal), {}, ""}), now);
  }
  uint64_t CountFor(std::string_view principal) { return table_.CountChunks(Resolve(principal)); }
  // Of a document in no folder, without rules of its chunks.
  ClassId Intern(const Policy& document) { return table_.Intern("", document, nullptr); }
  std::optional<ClassId> Find(const Policy& document) { return table_.Find("", document, nullptr); }

  SubjectTable names_;
  GroupGraph graph_{&names_};
  ClassTable table_{&names_, Policy()};
};

TEST_F(ClassTableTest, EqualPoliciesShareAClassAndDifferentOnesDoNot) {
  const ClassId a = Intern(Replace({Allow({"user:a", "user:b"})}));
  EXPECT_EQ(Intern(Replace({Allow({"user:b", "user:a"})})), a);
  EXPECT_NE(Intern(Restrict({Allow({"user:a", "user:b"})})), a);
  EXPECT_NE(Intern(Replace({Until(Allow({"user:a", "user:b"}), kLater)})), a);
}

TEST_F(ClassTableTest, NothingIsReadableWithoutRules) {
  Intern(Policy());
  Intern(Replace({}));
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
}

TEST_F(ClassTableTest, ReplaceIsReadableByWhoeverItsOwnRulesAllow) {
  const ClassId a = Intern(Replace({Allow({"user:a"})}));
  const ClassId team = Intern(Replace({Allow({"group:team"})}));
  const ClassId all = Intern(Replace({Allow({"everyone"})}));
  graph_.Add("user:b", "group:team");
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(a, all));
  EXPECT_THAT(Resolve("user:b").classes(), ElementsAre(team, all));
  EXPECT_THAT(Resolve("user:stranger").classes(), ElementsAre(all));
}

TEST_F(ClassTableTest, InheritFollowsTheCollectionButForItsOwnDenies) {
  const ClassId plain = Intern(Policy());
  const ClassId without_a = Intern(Inherit({Deny({"user:a"})}));
  EXPECT_THAT(Resolve("user:b").classes(), IsEmpty());
  table_.SetCollectionPolicy(Replace({Allow({"everyone"})}));
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(plain));
  EXPECT_THAT(Resolve("user:b").classes(), ElementsAre(plain, without_a));
}

TEST_F(ClassTableTest, RestrictNeedsTheCollectionToo) {
  const ClassId own = Intern(Restrict({Allow({"user:a", "user:b"})}));
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
  table_.SetCollectionPolicy(Replace({Allow({"user:a", "user:c"})}));
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(own));
  EXPECT_THAT(Resolve("user:b").classes(), IsEmpty());
  EXPECT_THAT(Resolve("user:c").classes(), IsEmpty());
}

TEST_F(ClassTableTest, CollectionThatRestrictsAllowsNobodyByItself) {
  Intern(Policy());
  table_.SetCollectionPolicy(Restrict({Allow({"everyone"})}));
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
}

TEST_F(ClassTableTest, DenyOfTheCollectionHoldsPastReplace) {
  Intern(Replace({Allow({"user:a"})}));
  table_.SetCollectionPolicy(Replace({Allow({"everyone"}), Deny({"group:contractors"})}));
  graph_.Add("user:a", "group:contractors");
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
}

TEST_F(ClassTableTest, DenyOfTheClassBeatsItsAllow) {
  Intern(Replace({Allow({"user:a"}), Deny({"group:contractors"})}));
  EXPECT_EQ(Resolve("user:a").classes().size(), 1u);
  graph_.Add("user:a", "group:contractors");
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
}

TEST_F(ClassTableTest, ClassReachedThroughSeveralSubjectsIsJudgedAsAWhole) {
  const ClassId id = Intern(Replace({Allow({"user:a", "everyone"}), Allow({"user:a"}), Deny({"user:b"})}));
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(id));
  EXPECT_THAT(Resolve("user:b").classes(), IsEmpty());
}

TEST_F(ClassTableTest, ChunkCountIsTheExactSumOverReadableClasses) {
  const ClassId a = Intern(Replace({Allow({"user:a"})}));
  const ClassId b = Intern(Replace({Allow({"user:b"})}));
  const ClassId both = Intern(Replace({Allow({"user:a", "user:b"})}));
  table_.AddChunks(a, 5);
  table_.AddChunks(b, 7);
  table_.AddChunks(both, 11);
  EXPECT_EQ(CountFor("user:a"), 16u);
  EXPECT_EQ(CountFor("user:b"), 18u);
  EXPECT_EQ(CountFor("user:c"), 0u);
}

TEST_F(ClassTableTest, CountChunksFollowsChunksThatComeAndGoAfterResolve) {
  const ClassId a = Intern(Replace({Allow({"user:a"})}));
  const Entitlement entitlement = Resolve("user:a");
  EXPECT_TRUE(entitlement.Contains(a)) << "a class without chunks is part of the entitlement";
  const uint64_t epoch = table_.epoch();
  table_.AddChunks(a, 3);
  EXPECT_EQ(table_.epoch(), epoch);
  EXPECT_EQ(table_.CountChunks(entitlement), 3u);
  table_.AddChunks(a, -2);
  EXPECT_EQ(table_.CountChunks(entitlement), 1u);
}

TEST_F(ClassTableTest, CountChunksIgnoresClassesItDoesNotKnow) {
  EXPECT_EQ(table_.CountChunks(Entitlement({ClassId(0), ClassId(9)}, absl::InfiniteFuture())), 0u);
}

TEST_F(ClassTableTest, CountNeverFallsBelowZero) {
  const ClassId a = Intern(Replace({Allow({"user:a"})}));
  table_.AddChunks(a, 2);
  table_.AddChunks(a, -3);
  EXPECT_EQ(CountFor("user:a"), 0u);
  table_.AddChunks(a, std::numeric_limits<int64_t>::min());
  table_.AddChunks(a, 1);
  EXPECT_EQ(CountFor("user:a"), 1u);
}

TEST_F(ClassTableTest, ChunksOfUnknownClassesAreNotCounted) {
  table_.AddChunks(ClassId(7), 5);
  table_.AddChunks(kNoClass, 5);
  EXPECT_EQ(table_.live_class_count(), 0u);
}

TEST_F(ClassTableTest, LiveClassesAreThoseWithChunks) {
  const ClassId a = Intern(Replace({Allow({"user:a"})}));
  const ClassId b = Intern(Replace({Allow({"user:b"})}));
  EXPECT_EQ(table_.live_class_count(), 0u);
  table_.AddChunks(a, 2);
  table_.AddChunks(b, 1);
  table_.AddChunks(a, 0);
  EXPECT_EQ(table_.live_class_count(), 2u);
  table_.AddChunks(b, -1);
  table_.AddChunks(b, -1);
  EXPECT_EQ(table_.live_class_count(), 1u);
  table_.AddChunks(b, 1);
  EXPECT_EQ(table_.live_class_count(), 2u);
}

TEST_F(ClassTableTest, EpochMovesWithNewClassesAndNewCollectionRulesOnly) {
  const uint64_t start = table_.epoch();
  Intern(Replace({Allow({"user:a"})}));
  const uint64_t interned = table_.epoch();
  EXPECT_NE(interned, start);
  Intern(Replace({Allow({"user:a"})}));
  table_.SetCollectionPolicy(Policy());
  EXPECT_EQ(table_.epoch(), interned);
  table_.SetCollectionPolicy(Replace({Allow({"user:a"})}));
  EXPECT_NE(table_.epoch(), interned);
}

TEST_F(ClassTableTest, EntitlementWithoutTimedRulesHoldsForEver) {
  Intern(Replace({Allow({"user:a"})}));
  Intern(Replace({Until(Allow({"user:b"}), kLater)}));
  EXPECT_EQ(Resolve("user:a").valid_until(), absl::InfiniteFuture());
}

TEST_F(ClassTableTest, EntitlementHoldsUntilAnAllowEnds) {
  const ClassId id = Intern(Replace({Until(Allow({"user:a"}), kLater)}));
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(id));
  EXPECT_EQ(Resolve("user:a").valid_until(), kLater);
  EXPECT_THAT(Resolve("user:a", kLater).classes(), IsEmpty());
  EXPECT_EQ(Resolve("user:a", kLater).valid_until(), absl::InfiniteFuture());
}

TEST_F(ClassTableTest, EntitlementHoldsUntilAnAllowBegins) {
  const ClassId id = Intern(Replace({From(Allow({"user:a"}), kLater)}));
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
  EXPECT_EQ(Resolve("user:a").valid_until(), kLater);
  EXPECT_THAT(Resolve("user:a", kLater).classes(), ElementsAre(id));
}

TEST_F(ClassTableTest, EntitlementHoldsUntilADenyOfAnInheritingClassBegins) {
  table_.SetCollectionPolicy(Replace({Allow({"everyone"})}));
  const ClassId id = Intern(Inherit({From(Deny({"user:a"}), kLater)}));
  EXPECT_THAT(Resolve("user:a").classes(), ElementsAre(id));
  EXPECT_EQ(Resolve("user:a").valid_until(), kLater);
  EXPECT_THAT(Resolve("user:a", kLater).classes(), IsEmpty());
}

TEST_F(ClassTableTest, EntitlementHoldsUntilADenyOfTheCollectionEnds) {
  const ClassId id = Intern(Replace({Until(Allow({"user:a"}), kLater + absl::Hours(1))}));
  table_.SetCollectionPolicy(Inherit({Until(Deny({"user:a"}), kLater)}));
  EXPECT_THAT(Resolve("user:a").classes(), IsEmpty());
  EXPECT_EQ(Resolve("user:a").valid_until(), kLater);
  EXPECT_THAT(Resolve("user:a", kLater).classes(), ElementsAre(id));
  EXPECT_EQ(Resolve("user:a", kLater).valid_until(), kLater + absl::Hours(1));
}

TEST_F(ClassTableTest, TheEarliestOfSeveralInstantsCounts) {
  table_.SetCollectionPolicy(Replace({Until(Allow({"user:a"}), kNoon + absl::Hours(5))}));
  Intern(Replace({Allow({"user:a"}), From(Deny({"everyone"}), kNoon + absl::Hours(3))}));
  Intern(Restrict({Until(Allow({"user:a"}), kNoon + absl::Hours(4))}));
  EXPECT_EQ(Resolve("user:a").valid_until(), kNoon + absl::Hours(3));
  EXPECT_EQ(Resolve("user:a", kNoon + absl::Hours(3)).valid_until(), kNoon + absl::Hours(4));
  EXPECT_EQ(Resolve("user:a", kNoon + absl::Hours(4)).valid_until(), kNoon + absl::Hours(5));
}

TEST_F(ClassTableTest, NobodysSubjectsResolveToNothing) {
  Intern(Replace({Allow({"everyone"})}));
  EXPECT_THAT(table_.Resolve(Rights(), kNoon).classes(), IsEmpty());
  EXPECT_THAT(Resolve("group:not-a-principal").classes(), IsEmpty());
}

TEST_F(ClassTableTest, ManyClassesBelongToTheirOwnersOnly) {
  std::vector<ClassId> classes;
  for (int i = 0; i < 1'000; ++i) classes.push_back(Intern(Replace({Allow({"user:" + std::to_string(i)})})));
  for (int i = 0; i < 1'000; i += 37) {
    EXPECT_THAT(Resolve("user:" + std::to_string(i)).classes(), ElementsAre(classes[i]));
  }
}

}  // namespace
}  // namespace usher::acl
