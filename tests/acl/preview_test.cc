// What memberships and clearances would be after changes that nobody made, one story a test.
#include "acl/preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Policy With(Effect effect, std::vector<std::string> subjects) {
  return {Inheritance::kInherit, {{.effect = effect, .subjects = std::move(subjects)}}};
}
Policy Labelled(Label label) {
  Policy policy;
  policy.label = std::move(label);
  return policy;
}

class PreviewTest : public testing::Test {
 protected:
  PreviewTest() {
    graph_.Add("user:a", "group:team");
    graph_.Add("user:b", "group:team");
    graph_.Add("group:team", "group:company");
    clearances_.Set("user:a", {1, {"x"}});
  }
  ProposedRights After(const MembershipDelta& memberships, const ClearanceChanges& clearances = {}) const {
    return {names_, graph_, clearances_, memberships, clearances};
  }
  std::vector<std::string_view> NamesOf(const Rights& rights) const {
    std::vector<std::string_view> names;
    for (const SubjectId id : rights.subjects) names.push_back(names_.Name(id));
    return names;
  }
  // As the rules of a collection that everybody named may read see the changes.
  std::vector<RightsChange> Changes(const ProposedRights& proposed, std::vector<std::string> named) {
    const ClassTable table(&names_, With(Effect::kAllow, std::move(named)));
    return proposed.Changes("", {&table});
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
  ClearanceTable clearances_;
};

TEST_F(PreviewTest, ChangesThatChangeNothingAreDropped) {
  const ProposedRights proposed = After({.added = {{"user:a", "group:team"}}, .removed = {{"user:c", "group:team"}}},
                                        {{"user:a", {1, {"x"}}}, {"user:c", {}}});
  EXPECT_TRUE(proposed.empty());
  EXPECT_THAT(proposed.Affected(), IsEmpty());
  EXPECT_FALSE(proposed.Touch(With(Effect::kDeny, {"group:team"}), true));
  EXPECT_THAT(Changes(proposed, {"group:team", "user:a"}), IsEmpty());
}

TEST_F(PreviewTest, AChangeThatIsNamedTwiceCountsOnce) {
  const ProposedRights proposed = After({.added = {{"user:c", "group:team"}, {"user:c", "group:team"}},
                                         .removed = {{"user:a", "group:team"}, {"user:a", "group:team"}}});
  EXPECT_THAT(proposed.memberships().added, ElementsAre(Pair("user:c", "group:team")));
  EXPECT_THAT(proposed.memberships().removed, ElementsAre(Pair("user:a", "group:team")));
  EXPECT_FALSE(proposed.empty());
}

TEST_F(PreviewTest, AMembershipThatIsMadeAndTakenAwayIsMade) {
  for (const std::string member : {"user:a", "user:c"}) {
    const MembershipDelta both{.added = {{member, "group:team"}}, .removed = {{member, "group:team"}}};
    EXPECT_THAT(After(both).GroupsOf(member), ElementsAre("group:team", "group:company")) << member;
    EXPECT_THAT(After(both).memberships().removed, IsEmpty()) << member;
  }
}

TEST_F(PreviewTest, WhoeverLeavesAGroupLeavesThoseAboveIt) {
  const ProposedRights proposed = After({.removed = {{"user:a", "group:team"}}});
  EXPECT_THAT(proposed.GroupsOf("user:a"), IsEmpty());
  EXPECT_THAT(proposed.GroupsOf("user:b"), ElementsAre("group:team", "group:company"));
  EXPECT_THAT(proposed.Affected(), ElementsAre("user:a"));
  EXPECT_THAT(graph_.DirectGroups("user:a"), ElementsAre("group:team")) << "nothing was changed";
}

TEST_F(PreviewTest, AGroupThatIsKeptStaysReachableWhenAnotherIsLeft) {
  graph_.Add("user:a", "group:company");
  EXPECT_THAT(After({.removed = {{"user:a", "group:team"}}}).GroupsOf("user:a"), ElementsAre("group:company"));
}

TEST_F(PreviewTest, AGroupThatJoinsAnotherTakesItsMembersAlong) {
  const ProposedRights proposed = After({.added = {{"group:company", "group:new"}, {"user:c", "group:new"}}});
  EXPECT_THAT(proposed.Affected(), ElementsAre("user:a", "user:b", "user:c"));
  EXPECT_THAT(proposed.GroupsOf("user:a"), ElementsAre("group:team", "group:company", "group:new"));
}

TEST_F(PreviewTest, MembersOfAGroupThatWouldBeNewAreAffectedByWhatItJoins) {
  const ProposedRights proposed = After({.added = {{"group:new", "group:team"}, {"user:c", "group:new"}}});
  EXPECT_THAT(proposed.Affected(), ElementsAre("user:c"));
  EXPECT_THAT(proposed.GroupsOf("user:c"), ElementsAre("group:new", "group:team", "group:company"));
  EXPECT_THAT(NamesOf(proposed.RightsOf("user:c", "")), ElementsAre("everyone", "group:team", "group:company"))
      << "rights hold what rules could name: neither the new group nor the person is known yet";
}

TEST_F(PreviewTest, GroupsInACircleEndTheSearch) {
  const ProposedRights proposed = After({.added = {{"group:company", "group:team"}}});
  EXPECT_THAT(proposed.GroupsOf("user:a"), ElementsAre("group:team", "group:company"));
  EXPECT_THAT(proposed.Affected(), ElementsAre("user:a", "user:b"));
}

TEST_F(PreviewTest, ClearancesAreThoseAfterTheChange) {
  const ProposedRights proposed = After({}, {{"user:a", {}}, {"user:b", {2, {"y"}}}});
  EXPECT_EQ(proposed.ClearanceOf("user:a"), Clearance());
  EXPECT_EQ(proposed.ClearanceOf("user:b"), (Clearance{2, {"y"}}));
  EXPECT_EQ(proposed.ClearanceOf("user:c"), Clearance());
  EXPECT_EQ(After({}).ClearanceOf("user:a"), (Clearance{1, {"x"}}));
  EXPECT_THAT(proposed.Affected(), ElementsAre("user:a", "user:b"));
  EXPECT_EQ(proposed.RightsOf("user:b", "audit"), (Rights{graph_.Closure("user:b"), {2, {"y"}}, "audit"}));
}

TEST_F(PreviewTest, WhoeverIsNoPrincipalHasNoRightsAndIsNotAffected) {
  const ProposedRights proposed =
      After({.added = {{"group:other", "group:team"}, {"bob", "group:team"}}}, {{"group:other", {5, {}}}});
  EXPECT_THAT(proposed.Affected(), IsEmpty());
  EXPECT_EQ(proposed.RightsOf("bob", ""), Rights());
  EXPECT_EQ(proposed.RightsOf("group:other", ""), Rights());
  const Policy everyone{Inheritance::kReplace, {{.effect = Effect::kAllow, .subjects = {"everyone", "group:team"}}}};
  EXPECT_FALSE(ProposedAsker(proposed, "bob", "", kNoon).checker().MayRead({&everyone}, absl::InfiniteFuture()));
  EXPECT_TRUE(ProposedAsker(proposed, "user:z", "", kNoon).checker().MayRead({&everyone}, absl::InfiniteFuture()));
}

TEST_F(PreviewTest, TheCheckerSeesAnAskerAsAfterTheChanges) {
  Policy secret{Inheritance::kReplace, {{.effect = Effect::kAllow, .subjects = {"group:company"}}}};
  secret.label = {2, {}, {"audit"}};
  const ProposedRights proposed = After({.added = {{"user:c", "group:team"}}, .removed = {{"user:b", "group:team"}}},
                                        {{"user:b", {2, {}}}, {"user:c", {2, {}}}});
  const auto reads = [&](std::string_view principal, std::string_view purpose) {
    return ProposedAsker(proposed, principal, purpose, kNoon).checker().MayRead({&secret}, absl::InfiniteFuture());
  };
  EXPECT_TRUE(reads("user:c", "audit"));
  EXPECT_FALSE(reads("user:c", "")) << "the purpose counts";
  EXPECT_FALSE(reads("user:b", "audit")) << "left the group";
  EXPECT_FALSE(reads("user:a", "audit")) << "not cleared";
}

TEST_F(PreviewTest, ThoseWhoseRightsChangeAlikeAreToldTogether) {
  graph_.Add("user:c", "group:other");
  const ProposedRights proposed =
      After({.added = {{"user:c", "group:team"}, {"user:d", "group:team"}, {"user:e", "group:unnamed"}}});
  const std::vector<RightsChange> changes = Changes(proposed, {"group:team"});
  ASSERT_EQ(changes.size(), 1u) << "no rule tells user:c from user:d, and none names what user:e joins";
  EXPECT_THAT(changes[0].principals, ElementsAre("user:c", "user:d"));
  EXPECT_THAT(NamesOf(changes[0].before), ElementsAre("everyone"));
  EXPECT_THAT(NamesOf(changes[0].after), ElementsAre("everyone", "group:team"));
  EXPECT_EQ(Changes(proposed, {"group:team", "group:other"}).size(), 2u) << "a rule tells them apart";
}

TEST_F(PreviewTest, ClearancesThatOnlyLookAlikeAreToldApart) {
  const ProposedRights proposed = After({}, {{"user:b", {1, {"p,q", "r"}}}, {"user:c", {1, {"p", "q,r"}}}});
  const std::vector<RightsChange> changes = Changes(proposed, {});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_THAT(changes[0].principals, ElementsAre("user:b"));
  EXPECT_THAT(changes[0].after.clearance.compartments, ElementsAre("p,q", "r"));
  EXPECT_THAT(changes[1].principals, ElementsAre("user:c"));
  EXPECT_THAT(changes[1].after.clearance.compartments, ElementsAre("p", "q,r"));
}

TEST_F(PreviewTest, APolicyIsTouchedThroughTheGroupsItNames) {
  const ProposedRights proposed = After({.added = {{"user:c", "group:team"}, {"group:company", "group:new"}}});
  for (const char* group : {"group:team", "group:company", "group:new"}) {
    EXPECT_TRUE(proposed.Touch(With(Effect::kDeny, {"user:z", group}), false)) << group;
    EXPECT_TRUE(proposed.Touch(With(Effect::kBreakGlass, {group}), false)) << group;
    EXPECT_TRUE(proposed.Touch(With(Effect::kAllow, {group}), true)) << group;
    EXPECT_FALSE(proposed.Touch(With(Effect::kAllow, {group}), false)) << group;
    Policy ceiling;
    ceiling.ceiling = {group};
    EXPECT_TRUE(proposed.Touch(ceiling, false)) << group;
  }
  EXPECT_FALSE(proposed.Touch(With(Effect::kDeny, {"group:beside", "user:c"}), true));
  EXPECT_FALSE(proposed.Touch(Labelled({1, {"x"}, {}}), true)) << "nobody's clearance changes";
}

TEST_F(PreviewTest, APolicyIsTouchedThroughClearancesOnlyIfItAsksForSome) {
  const ProposedRights proposed = After({}, {{"user:b", {2, {}}}});
  EXPECT_TRUE(proposed.Touch(Labelled({1, {}, {}}), false));
  EXPECT_TRUE(proposed.Touch(Labelled({0, {"x"}, {}}), false));
  EXPECT_FALSE(proposed.Touch(Labelled({0, {}, {"audit"}}), false));
  EXPECT_FALSE(proposed.Touch(With(Effect::kDeny, {"user:b", "group:team"}), true));
}

}  // namespace
}  // namespace usher::acl
