#include "acl/group_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class GroupGraphTest : public testing::Test {
 protected:
  std::vector<std::string_view> Names(std::string_view principal) {
    std::vector<std::string_view> names;
    for (const SubjectId id : graph_.Closure(principal)) names.push_back(names_.Name(id));
    return names;
  }

  std::vector<std::string_view> Names(const Asker& asker) {
    std::vector<std::string_view> names;
    for (const SubjectId id : graph_.Closure(asker)) names.push_back(names_.Name(id));
    return names;
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
};

TEST_F(GroupGraphTest, StrangerIsOnlyInEveryone) { EXPECT_THAT(Names("user:nobody"), ElementsAre("everyone")); }

TEST_F(GroupGraphTest, MembershipReachesThroughNestedGroups) {
  graph_.Add("user:a", "group:team");
  graph_.Add("group:team", "group:division");
  graph_.Add("group:division", "group:company");
  graph_.Add("user:b", "group:other");
  EXPECT_THAT(Names("user:a"),
              UnorderedElementsAre("everyone", "user:a", "group:team", "group:division", "group:company"));
}

TEST_F(GroupGraphTest, MembershipDoesNotRunDownwards) {
  graph_.Add("user:a", "group:company");
  graph_.Add("group:team", "group:company");
  EXPECT_THAT(Names("user:a"), UnorderedElementsAre("everyone", "user:a", "group:company"));
}

TEST_F(GroupGraphTest, CyclesAndSelfMembershipEnd) {
  graph_.Add("user:a", "group:x");
  graph_.Add("group:x", "group:y");
  graph_.Add("group:y", "group:x");
  graph_.Add("group:y", "group:y");
  EXPECT_THAT(Names("user:a"), UnorderedElementsAre("everyone", "user:a", "group:x", "group:y"));
}

TEST_F(GroupGraphTest, ClosureIsSortedById) {
  for (const char* group : {"group:c", "group:a", "group:b"}) graph_.Add("user:a", group);
  const std::vector<SubjectId> closure = graph_.Closure("user:a");
  EXPECT_TRUE(std::is_sorted(closure.begin(), closure.end()));
  EXPECT_EQ(closure.front(), SubjectTable::kEveryoneId);
}

TEST_F(GroupGraphTest, WhoeverIsNoPrincipalIsInNothing) {
  graph_.Add("group:team", "group:company");
  for (const char* name : {"", "everyone", "group:team", "alice", "user:", "user:a b"}) {
    EXPECT_THAT(graph_.Closure(name), IsEmpty()) << name;
    EXPECT_THAT(graph_.MembershipPath(name, "everyone"), IsEmpty()) << name;
  }
}

TEST_F(GroupGraphTest, RemovalTakesEffectAtOnce) {
  graph_.Add("user:a", "group:team");
  graph_.Add("group:team", "group:company");
  EXPECT_TRUE(graph_.Remove("group:team", "group:company"));
  EXPECT_THAT(Names("user:a"), UnorderedElementsAre("everyone", "user:a", "group:team"));
  EXPECT_TRUE(graph_.Remove("user:a", "group:team"));
  EXPECT_THAT(Names("user:a"), UnorderedElementsAre("everyone", "user:a"));
  EXPECT_EQ(graph_.group_count(), 0u);
}

TEST_F(GroupGraphTest, SecondPathSurvivesTheRemovalOfTheFirst) {
  graph_.Add("user:a", "group:x");
  graph_.Add("user:a", "group:y");
  graph_.Add("group:x", "group:top");
  graph_.Add("group:y", "group:top");
  graph_.Remove("user:a", "group:x");
  EXPECT_THAT(Names("user:a"), UnorderedElementsAre("everyone", "user:a", "group:y", "group:top"));
}

TEST_F(GroupGraphTest, EpochMovesExactlyWithChanges) {
  const uint64_t start = graph_.epoch();
  EXPECT_TRUE(graph_.Add("user:a", "group:x"));
  const uint64_t added = graph_.epoch();
  EXPECT_NE(added, start);
  EXPECT_FALSE(graph_.Add("user:a", "group:x"));
  EXPECT_FALSE(graph_.Remove("user:b", "group:x"));
  EXPECT_FALSE(graph_.Remove("user:a", "group:unknown"));
  EXPECT_EQ(graph_.epoch(), added);
  EXPECT_TRUE(graph_.Remove("user:a", "group:x"));
  EXPECT_NE(graph_.epoch(), added);
  EXPECT_NE(graph_.epoch(), start);
}

TEST_F(GroupGraphTest, DirectMembershipIsOneStepOnly) {
  graph_.Add("user:a", "group:x");
  graph_.Add("group:x", "group:y");
  EXPECT_TRUE(graph_.IsDirectMember("user:a", "group:x"));
  EXPECT_TRUE(graph_.IsDirectMember("group:x", "group:y"));
  EXPECT_FALSE(graph_.IsDirectMember("user:a", "group:y"));
  EXPECT_FALSE(graph_.IsDirectMember("user:a", "group:unknown"));
  EXPECT_THAT(graph_.DirectGroups("user:a"), ElementsAre("group:x"));
  EXPECT_THAT(graph_.DirectGroups("group:y"), IsEmpty());
  EXPECT_THAT(graph_.DirectGroups("user:unknown"), IsEmpty());
}

TEST_F(GroupGraphTest, PathIsAShortestOne) {
  graph_.Add("user:a", "group:long1");
  graph_.Add("group:long1", "group:long2");
  graph_.Add("group:long2", "group:top");
  graph_.Add("user:a", "group:short");
  graph_.Add("group:short", "group:top");
  EXPECT_THAT(graph_.MembershipPath("user:a", "group:top"), ElementsAre("user:a", "group:short", "group:top"));
  EXPECT_THAT(graph_.MembershipPath("user:a", "group:long1"), ElementsAre("user:a", "group:long1"));
}

TEST_F(GroupGraphTest, PathToItselfAndToEveryoneNeedsNoMembership) {
  EXPECT_THAT(graph_.MembershipPath("user:a", "user:a"), ElementsAre("user:a"));
  EXPECT_THAT(graph_.MembershipPath("user:a", "everyone"), ElementsAre("user:a", "everyone"));
}

TEST_F(GroupGraphTest, ThereIsNoPathToWhereThePrincipalIsNot) {
  graph_.Add("user:a", "group:x");
  graph_.Add("group:x", "group:x");
  graph_.Add("user:b", "group:y");
  EXPECT_THAT(graph_.MembershipPath("user:a", "group:y"), IsEmpty());
  EXPECT_THAT(graph_.MembershipPath("user:a", "user:b"), IsEmpty());
  EXPECT_THAT(graph_.MembershipPath("user:a", "group:unknown"), IsEmpty());
  EXPECT_THAT(graph_.MembershipPath("user:unknown", "group:x"), IsEmpty());
}

TEST_F(GroupGraphTest, ListsComeInPagesByName) {
  for (const char* group : {"group:c", "group:a", "group:b"}) graph_.Add("user:1", group);
  graph_.Add("user:2", "group:b");
  const std::vector<GroupGraph::Group> first = graph_.ListGroups("", 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].name, "group:a");
  EXPECT_EQ(first[1].name, "group:b");
  EXPECT_EQ(first[1].member_count, 2u);
  const std::vector<GroupGraph::Group> rest = graph_.ListGroups(first[1].name, 2);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].name, "group:c");
  EXPECT_THAT(graph_.ListMembers("group:b", "", 1), ElementsAre("user:1"));
  EXPECT_THAT(graph_.ListMembers("group:b", "user:1", 9), ElementsAre("user:2"));
  EXPECT_THAT(graph_.ListMembers("group:unknown", "", 9), IsEmpty());
  EXPECT_THAT(graph_.ListGroups("", 0), IsEmpty());
}

TEST_F(GroupGraphTest, GroupWithoutMembersIsNotListed) {
  graph_.Add("user:1", "group:a");
  graph_.Remove("user:1", "group:a");
  EXPECT_THAT(graph_.ListGroups("", 9), IsEmpty());
}

TEST_F(GroupGraphTest, NamesOutliveTheCallersStrings) {
  {
    std::string member = "user:with-a-name-too-long-for-the-small-string-buffer";
    graph_.Add(member, "group:a");
    member.assign(member.size(), 'x');
  }
  EXPECT_THAT(graph_.ListMembers("group:a", "", 9),
              ElementsAre("user:with-a-name-too-long-for-the-small-string-buffer"));
}

TEST_F(GroupGraphTest, DeepNestingDoesNotExhaustTheStack) {
  constexpr int kDepth = 100'000;
  graph_.Add("user:a", "group:0");
  for (int i = 1; i < kDepth; ++i) graph_.Add("group:" + std::to_string(i - 1), "group:" + std::to_string(i));
  EXPECT_EQ(graph_.Closure("user:a").size(), kDepth + 2u);
  EXPECT_EQ(graph_.MembershipPath("user:a", "group:" + std::to_string(kDepth - 1)).size(), kDepth + 1u);
}

TEST_F(GroupGraphTest, ClaimedGroupsCountAsDirectMemberships) {
  graph_.Add("user:b", "group:team");
  graph_.Add("group:team", "group:company");
  EXPECT_THAT(Names(Asker{"user:a", {"group:team"}}), UnorderedElementsAre("everyone", "group:team", "group:company"));
  graph_.Add("user:a", "group:own");
  EXPECT_THAT(Names(Asker{"user:a", {"group:team", "group:team", "group:own"}}),
              UnorderedElementsAre("everyone", "user:a", "group:own", "group:team", "group:company"));
}

TEST_F(GroupGraphTest, ClaimsThatNameNoKnownGroupAddNothing) {
  graph_.Add("user:b", "group:team");
  EXPECT_THAT(Names(Asker{"user:a", {"group:unknown", "user:b", "everyone", "", "team"}}), ElementsAre("everyone"));
}

TEST_F(GroupGraphTest, ClaimsDoNotHelpWhoeverIsNoPrincipal) {
  graph_.Add("user:b", "group:team");
  EXPECT_THAT(Names(Asker{"group:team", {"group:team"}}), IsEmpty());
  EXPECT_THAT(graph_.MembershipPath(Asker{"alice", {"group:team"}}, "group:team"), IsEmpty());
}

TEST_F(GroupGraphTest, PathThroughAClaimStartsWithIt) {
  graph_.Add("user:b", "group:team");
  graph_.Add("group:team", "group:company");
  const Asker asker{"user:a", {"group:other", "group:team", "group:team"}};
  EXPECT_THAT(graph_.MembershipPath(asker, "group:company"), ElementsAre("user:a", "group:team", "group:company"));
  EXPECT_THAT(graph_.MembershipPath(asker, "group:team"), ElementsAre("user:a", "group:team"));
  EXPECT_THAT(graph_.MembershipPath(asker, "group:other"), ElementsAre("user:a", "group:other"));
  EXPECT_THAT(graph_.MembershipPath(asker, "user:a"), ElementsAre("user:a"));
  EXPECT_THAT(graph_.MembershipPath(asker, "everyone"), ElementsAre("user:a", "everyone"));
}

TEST_F(GroupGraphTest, PathTakesTheShorterOfMembershipAndClaim) {
  graph_.Add("user:a", "group:team");
  graph_.Add("group:team", "group:division");
  graph_.Add("group:division", "group:company");
  EXPECT_THAT(graph_.MembershipPath(Asker{"user:a", {"group:division"}}, "group:company"),
              ElementsAre("user:a", "group:division", "group:company"));
}

TEST_F(GroupGraphTest, AClaimThatIsNoGroupLeadsNowhere) {
  graph_.Add("user:b", "group:team");
  const Asker asker{"user:a", {"user:b"}};
  EXPECT_THAT(graph_.MembershipPath(asker, "user:b"), IsEmpty());
  EXPECT_THAT(graph_.MembershipPath(asker, "group:team"), IsEmpty());
}

TEST_F(GroupGraphTest, DirectMembersAreVisitedByName) {
  graph_.Add("user:c", "group:team");
  graph_.Add("group:b", "group:team");
  graph_.Add("user:a", "group:b");
  std::vector<std::string_view> visited;
  graph_.VisitMembers(*names_.Find("group:team"), [&](SubjectId id) { visited.push_back(names_.Name(id)); });
  EXPECT_THAT(visited, ElementsAre("group:b", "user:c"));
  graph_.VisitMembers(*names_.Find("user:c"), [&](SubjectId) { ADD_FAILURE() << "a user has no members"; });
}

}  // namespace
}  // namespace usher::acl
