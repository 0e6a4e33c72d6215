#include "acl/readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }
Rule BreakGlass(std::vector<std::string> subjects) {
  return {.effect = Effect::kBreakGlass, .subjects = std::move(subjects)};
}
Policy Only(std::vector<std::string> subjects) { return {Inheritance::kReplace, {Allow(std::move(subjects))}}; }

std::vector<const Policy*> Views(const std::vector<Policy>& chain) {
  std::vector<const Policy*> views;
  for (const Policy& policy : chain) views.push_back(&policy);
  return views;
}

class ReadersTest : public testing::Test {
 protected:
  ReadersTest() {
    graph_.Add("user:a", "group:team");
    graph_.Add("user:b", "group:team");
    graph_.Add("group:team", "group:company");
    graph_.Add("user:c", "group:company");
  }
  Readers Of(const std::vector<Policy>& chain, std::string_view purpose = "") {
    return FindReaders(graph_, clearances_, names_, Views(chain), purpose, kNoon, absl::InfiniteFuture());
  }
  Readers With(const std::vector<Policy>& chain, const MembershipDelta& delta, const ClearanceChanges& changes = {}) {
    PrincipalSpace space(names_);
    ReaderSets sets(&space, graph_, clearances_, delta, changes);
    return space.ToReaders(sets.Of(Views(chain), "", kNoon, absl::InfiniteFuture()));
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
  ClearanceTable clearances_;
  const Policy open_ = Only({"everyone"});
};

TEST_F(ReadersTest, GroupsAreReadByEverybodyBelowThemAtAnyDepth) {
  EXPECT_EQ(Of({Only({"group:company"})}), (Readers{{"user:a", "user:b", "user:c"}, false}));
  EXPECT_EQ(Of({Only({"group:team"})}), (Readers{{"user:a", "user:b"}, false}));
  EXPECT_EQ(Of({Only({"group:unknown"})}), Readers());
}

TEST_F(ReadersTest, SomebodyReachedOnTwoWaysIsListedOnce) {
  graph_.Add("user:a", "group:company");
  graph_.Add("group:company", "group:team");
  EXPECT_THAT(Of({Only({"group:team", "user:a"})}).principals, ElementsAre("user:a", "user:b", "user:c"));
}

TEST_F(ReadersTest, EveryoneMeansAlsoThoseWhomNothingNames) {
  clearances_.Set("user:cleared", {1, {}});
  EXPECT_EQ(Of({open_}), (Readers{{"user:a", "user:b", "user:c", "user:cleared"}, true}));
  EXPECT_EQ(Of({{Inheritance::kReplace, {Allow({"everyone"}), Deny({"group:team"})}}}),
            (Readers{{"user:c", "user:cleared"}, true}));
  EXPECT_EQ(Of({open_, {Inheritance::kInherit, {Deny({"everyone"})}}}), Readers());
}

TEST_F(ReadersTest, WhomOnlyARuleNamesIsToldFromEveryoneElse) {
  EXPECT_THAT(Of({Only({"user:new"})}).principals, ElementsAre("user:new"));
  EXPECT_EQ(Of({{Inheritance::kReplace, {Allow({"everyone"}), Deny({"user:new"})}}}),
            (Readers{{"user:a", "user:b", "user:c"}, true}));
}

TEST_F(ReadersTest, NamesThatAreNoPrincipalsReadNothing) {
  EXPECT_EQ(Of({Only({"user:two words", "", "group:none"})}), Readers());
}

TEST_F(ReadersTest, EmptyBrokenAndClosedChainsAreReadByNobody) {
  EXPECT_EQ(Of({}), Readers());
  EXPECT_EQ(FindReaders(graph_, clearances_, names_, {&open_, nullptr}, "", kNoon, absl::InfiniteFuture()), Readers());
  EXPECT_EQ(FindReaders(graph_, clearances_, names_, {&open_}, "", kNoon, kNoon), Readers());
  EXPECT_TRUE(
      FindReaders(graph_, clearances_, names_, {&open_}, "", kNoon, kNoon + absl::Nanoseconds(1)).everyone_else);
}

TEST_F(ReadersTest, RestrictKeepsThoseWhoWereAllowedAbove) {
  const Policy restricts{Inheritance::kRestrict, {Allow({"user:a", "user:z"})}};
  EXPECT_THAT(Of({Only({"group:company"}), restricts}).principals, ElementsAre("user:a"));
  EXPECT_EQ(Of({restricts}), Readers());
}

TEST_F(ReadersTest, ReplaceForgetsAllowsButNotDeniesAbove) {
  const Policy above{Inheritance::kReplace, {Allow({"user:c"}), Deny({"user:a"})}};
  EXPECT_THAT(Of({above, Only({"group:team"})}).principals, ElementsAre("user:b"));
}

TEST_F(ReadersTest, BreakGlassSticksBelowButYieldsToDenies) {
  const Policy broken{Inheritance::kInherit, {BreakGlass({"group:team"})}};
  EXPECT_THAT(Of({broken, Only({"user:c"})}).principals, ElementsAre("user:a", "user:b", "user:c"));
  EXPECT_THAT(Of({broken, {Inheritance::kRestrict, {Deny({"user:a"})}}}).principals, ElementsAre("user:b"));
}

TEST_F(ReadersTest, RulesOutsideTheirWindowDoNotCount) {
  Rule over = Allow({"user:a"});
  over.expire_time = kNoon;
  Rule later = Allow({"user:b"});
  later.not_before = kNoon + absl::Nanoseconds(1);
  EXPECT_EQ(Of({{Inheritance::kReplace, {over, later}}}), Readers());
  later.not_before = kNoon;
  EXPECT_THAT(Of({{Inheritance::kReplace, {over, later}}}).principals, ElementsAre("user:b"));
}

TEST_F(ReadersTest, ARuleOfNoKnownEffectDenies) {
  const Policy odd{Inheritance::kInherit, {{.effect = static_cast<Effect>(9), .subjects = {"user:a"}}}};
  EXPECT_THAT(Of({Only({"group:team"}), odd}).principals, ElementsAre("user:b"));
}

TEST_F(ReadersTest, LevelsKeepOutWhoeverIsClearedForLess) {
  clearances_.Set("user:a", {2, {}});
  clearances_.Set("user:b", {1, {}});
  const Policy secret{Inheritance::kInherit, {}, {.level = 2}};
  EXPECT_EQ(Of({open_, secret}), (Readers{{"user:a"}, false}));
}

TEST_F(ReadersTest, EveryCompartmentIsNeeded) {
  clearances_.Set("user:a", {0, {"board", "mna"}});
  clearances_.Set("user:b", {0, {"mna"}});
  const auto walled = [](std::vector<std::string> compartments) {
    return Policy{Inheritance::kInherit, {}, {.level = 0, .compartments = std::move(compartments)}};
  };
  EXPECT_THAT(Of({open_, walled({"mna"})}).principals, ElementsAre("user:a", "user:b"));
  EXPECT_EQ(Of({open_, walled({"board", "mna"})}), (Readers{{"user:a"}, false}));
}

TEST_F(ReadersTest, PurposesThatAreNotStatedKeepEverybodyOut) {
  const Policy held{Inheritance::kInherit, {}, {.level = 0, .compartments = {}, .purposes = {"audit"}}};
  EXPECT_EQ(Of({open_, held}), Readers());
  EXPECT_EQ(Of({open_, held}, "marketing"), Readers());
  EXPECT_TRUE(Of({open_, held}, "audit").everyone_else);
}

TEST_F(ReadersTest, NobodyReadsBeyondACeiling) {
  const Policy capped{Inheritance::kInherit, {}, {}, {"group:team", "user:z"}};
  EXPECT_EQ(Of({open_, capped}), (Readers{{"user:a", "user:b", "user:z"}, false}));
}

TEST_F(ReadersTest, AddedMembershipsCountAsIfMade) {
  const MembershipDelta delta{.added = {{"user:new", "group:new"}, {"group:new", "group:team"}}};
  EXPECT_THAT(With({Only({"group:company"})}, delta).principals, ElementsAre("user:a", "user:b", "user:c", "user:new"));
  EXPECT_THAT(With({Only({"group:new"})}, delta).principals, ElementsAre("user:new"));
  EXPECT_FALSE(graph_.IsDirectMember("user:new", "group:new"));
}

TEST_F(ReadersTest, RemovedMembershipsCountAsIfGone) {
  const MembershipDelta delta{.removed = {{"user:a", "group:team"}, {"user:x", "group:unknown"}}};
  EXPECT_THAT(With({Only({"group:company"})}, delta).principals, ElementsAre("user:b", "user:c"));
  const MembershipDelta cut{.removed = {{"group:team", "group:company"}}};
  EXPECT_THAT(With({Only({"group:company"})}, cut).principals, ElementsAre("user:c"));
}

TEST_F(ReadersTest, AMembershipBothRemovedAndAddedIsMade) {
  const MembershipDelta delta{.added = {{"user:a", "group:team"}}, .removed = {{"user:a", "group:team"}}};
  EXPECT_THAT(With({Only({"group:team"})}, delta).principals, ElementsAre("user:a", "user:b"));
}

TEST_F(ReadersTest, ClearanceChangesCountAsIfMade) {
  clearances_.Set("user:a", {2, {"mna"}});
  clearances_.Set("user:b", {2, {"mna"}});
  const Policy secret{Inheritance::kInherit, {}, {.level = 2, .compartments = {"mna"}}};
  EXPECT_THAT(With({open_, secret}, {}, {{"user:a", {}}, {"user:z", {3, {"mna"}}}}).principals,
              ElementsAre("user:b", "user:z"));
}

TEST_F(ReadersTest, ManyChainsShareWhatTheirSubjectsExpandTo) {
  for (int i = 0; i < 200; ++i) graph_.Add("user:" + std::to_string(i), "group:big");
  PrincipalSpace space(names_);
  ReaderSets sets(&space, graph_, clearances_);
  const Policy big = Only({"group:big"});
  const Policy both{Inheritance::kRestrict, {Allow({"group:big"})}, {.level = 0}};
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(space.ToReaders(sets.Of({&big, &both}, "", kNoon, absl::InfiniteFuture())).principals.size(), 200u);
  }
}

TEST_F(ReadersTest, DifferenceOfTwoSetsIsThePreviewOfAChange) {
  PrincipalSpace space(names_);
  ReaderSets before(&space, graph_, clearances_);
  ReaderSets after(&space, graph_, clearances_, {.added = {{"user:new", "group:team"}}});
  const Policy now = Only({"everyone"});
  const Policy then = Only({"group:team", "user:hired"});
  space.AddNamesOf({&now, &then});
  IdBitmap lost = before.Of({&now}, "", kNoon, absl::InfiniteFuture());
  lost.Subtract(after.Of({&then}, "", kNoon, absl::InfiniteFuture()));
  EXPECT_EQ(space.ToReaders(lost), (Readers{{"user:c"}, true}));
  IdBitmap gained = after.Of({&then}, "", kNoon, absl::InfiniteFuture());
  gained.Subtract(before.Of({&now}, "", kNoon, absl::InfiniteFuture()));
  EXPECT_EQ(space.ToReaders(gained), Readers());
}

TEST_F(ReadersTest, DeepNestingDoesNotExhaustTheStack) {
  constexpr int kDepth = 100'000;
  graph_.Add("user:deep", "group:0");
  for (int i = 1; i < kDepth; ++i) graph_.Add("group:" + std::to_string(i - 1), "group:" + std::to_string(i));
  EXPECT_THAT(Of({Only({"group:" + std::to_string(kDepth - 1)})}).principals, ElementsAre("user:deep"));
}

}  // namespace
}  // namespace usher::acl
