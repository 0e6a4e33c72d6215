#include "acl/delegation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace usher::acl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'000'000);

Policy Allow(std::vector<std::string> subjects) {
  return CanonicalPolicy(std::nullopt, {{Effect::kAllow, std::move(subjects)}}).value();
}

Policy Labelled(Label label) { return {.label = std::move(label)}; }

Policy Bounded(std::vector<std::string> ceiling) { return {.ceiling = std::move(ceiling)}; }

Rule BreakGlass(const std::string& subject, absl::Time not_before, absl::Time expire_time) {
  return {Effect::kBreakGlass, {subject}, not_before, expire_time};
}

class DelegationTest : public testing::Test {
 protected:
  absl::StatusOr<Policy> Write(Policy wanted, const Policy& current = {}, std::vector<const Policy*> above = {}) {
    return DelegatedPolicy(graph_, std::move(wanted), current, above);
  }

  void ExpectRefused(Policy wanted, const Policy& current, const std::string& what) {
    const absl::StatusOr<Policy> written = Write(std::move(wanted), current);
    EXPECT_TRUE(absl::IsPermissionDenied(written.status())) << written.status();
    EXPECT_THAT(std::string(written.status().message()), HasSubstr(what));
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
};

TEST_F(DelegationTest, WhatAnOwnerLeavesOutStaysAsItIs) {
  Policy current = Allow({"user:ann"});
  current.owners = {"user:ann"};
  current.ceiling = {"user:ann", "user:bob"};
  current.label = {3, {"hr"}, {"audit"}};
  const auto written = Write(Allow({"user:bob"}), current);
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->rules, Allow({"user:bob"}).rules);
  EXPECT_EQ(written->owners, current.owners);
  EXPECT_EQ(written->ceiling, current.ceiling);
  EXPECT_EQ(written->label, current.label);
}

TEST_F(DelegationTest, AnOwnerMayRepeatOwnersAndCeilingButNotChangeThem) {
  Policy current;
  current.owners = {"user:ann"};
  current.ceiling = {"group:eng"};
  EXPECT_TRUE(Write(current, current).ok());
  Policy other = current;
  other.owners = {"user:bob"};
  ExpectRefused(other, current, "owners are set by administrators");
  other = current;
  other.ceiling = {"everyone"};
  ExpectRefused(other, current, "a ceiling is set by administrators");
  EXPECT_FALSE(Write(other, {}).ok()) << "also where there is none yet";
}

TEST_F(DelegationTest, AnOwnerMayRaiseALevelButNotLowerIt) {
  const Policy current = Labelled({2, {}, {}});
  EXPECT_EQ(Write(Labelled({3, {}, {}}), current).value().label.level, 3u);
  EXPECT_TRUE(Write(Labelled({2, {}, {}}), current).ok());
  ExpectRefused(Labelled({1, {}, {"audit"}}), current, "label asks for less");
}

TEST_F(DelegationTest, AnOwnerMayAddCompartmentsButNotTakeThemOff) {
  const Policy current = Labelled({0, {"hr"}, {}});
  EXPECT_TRUE(Write(Labelled({0, {"hr", "legal"}, {}}), current).ok());
  ExpectRefused(Labelled({0, {"legal"}, {}}), current, "label asks for less");
  ExpectRefused(Labelled({9, {}, {}}), current, "label asks for less");
}

TEST_F(DelegationTest, AnOwnerMayTakePurposesOffButNotAddThemOrTakeAllOff) {
  const Policy current = Labelled({0, {}, {"audit", "care"}});
  EXPECT_TRUE(Write(Labelled({0, {}, {"audit"}}), current).ok());
  EXPECT_TRUE(Write(Labelled({0, {}, {"audit"}}), {}).ok()) << "where any purpose would do";
  ExpectRefused(Labelled({0, {}, {"audit", "care", "sales"}}), current, "label asks for less");
  ExpectRefused(Labelled({0, {}, {"sales"}}), current, "label asks for less");
  ExpectRefused(Labelled({1, {}, {}}), current, "label asks for less");
}

TEST_F(DelegationTest, AnOwnerAllowsNobodyBeyondTheCeiling) {
  const Policy current = Bounded({"group:eng", "user:ann"});
  EXPECT_TRUE(Write(Allow({"group:eng", "user:ann"}), current).ok());
  ExpectRefused(Allow({"user:ann", "user:bob"}), current, "allows user:bob");
  ExpectRefused(Allow({"everyone"}), current, "allows everyone");
}

TEST_F(DelegationTest, ACeilingOfEveryoneBoundsNobody) {
  EXPECT_TRUE(Write(Allow({"everyone", "user:ann"}), Bounded({"everyone"})).ok());
}

TEST_F(DelegationTest, MembersOfACeilingsGroupAreWithinItAtAnyDepth) {
  graph_.Add("user:ann", "group:a");
  graph_.Add("group:a", "group:b");
  graph_.Add("group:b", "group:eng");
  const Policy current = Bounded({"group:eng"});
  EXPECT_TRUE(Write(Allow({"group:a", "user:ann"}), current).ok());
  ExpectRefused(Allow({"user:bob"}), current, "allows user:bob");
}

TEST_F(DelegationTest, GroupsThatHoldEachOtherEndTheSearchForACeiling) {
  graph_.Add("group:a", "group:b");
  graph_.Add("group:b", "group:a");
  ExpectRefused(Allow({"group:a"}), Bounded({"group:eng"}), "allows group:a");
}

TEST_F(DelegationTest, EveryCeilingAboveBoundsAsWell) {
  const Policy top = Bounded({"user:ann", "user:bob"});
  const Policy folder = Bounded({"user:bob", "user:cy"});
  EXPECT_TRUE(Write(Allow({"user:bob"}), {}, {&top, &folder}).ok());
  EXPECT_FALSE(Write(Allow({"user:ann"}), {}, {&top, &folder}).ok());
  EXPECT_FALSE(Write(Allow({"user:cy"}), {}, {&top, &folder}).ok());
}

TEST_F(DelegationTest, DeniesAreNotBoundByACeiling) {
  const Policy deny = CanonicalPolicy(std::nullopt, {{Effect::kDeny, {"user:bob"}}}).value();
  EXPECT_TRUE(Write(deny, Bounded({"user:ann"})).ok());
}

TEST(KeepBreakGlassTest, NobodyWritesBreakGlassRulesLikeOthers) {
  Policy wanted = Allow({"user:ann"});
  wanted.rules.push_back(BreakGlass("user:eve", absl::InfinitePast(), absl::InfiniteFuture()));
  EXPECT_EQ(KeepBreakGlass(wanted, {}, kNow), Allow({"user:ann"}));
}

TEST(KeepBreakGlassTest, NobodyEndsThemByWritingEither) {
  Policy current = Allow({"user:ann"});
  const Rule now = BreakGlass("user:eve", absl::InfinitePast(), kNow + absl::Hours(1));
  const Rule later = BreakGlass("user:eve", kNow + absl::Hours(2), kNow + absl::Hours(3));
  const Rule over = BreakGlass("user:eve", absl::InfinitePast(), kNow);
  current.rules = {current.rules[0], over, now, later};
  EXPECT_THAT(KeepBreakGlass({}, current, kNow).rules, ElementsAre(now, later));
  EXPECT_THAT(KeepBreakGlass({}, current, kNow + absl::Hours(3)).rules, IsEmpty());
}

}  // namespace
}  // namespace usher::acl
