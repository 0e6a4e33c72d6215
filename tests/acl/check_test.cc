#include "acl/check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::acl {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }

class CheckerTest : public testing::Test {
 protected:
  bool MayRead(std::string_view principal, const std::vector<Policy>& chain, absl::Time now = kNoon) {
    std::vector<const Policy*> views;
    for (const Policy& policy : chain) views.push_back(&policy);
    return Checker(graph_, principal, now).MayRead(views);
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
  const Policy nothing_{Inheritance::kInherit, {}};
  const Policy open_{Inheritance::kReplace, {Allow({"everyone"})}};
};

TEST_F(CheckerTest, NoRuleAnywhereMeansNobody) {
  EXPECT_FALSE(MayRead("user:a", {}));
  EXPECT_FALSE(MayRead("user:a", {nothing_}));
  EXPECT_FALSE(MayRead("user:a", {nothing_, nothing_}));
  EXPECT_FALSE(MayRead("user:a", {{Inheritance::kReplace, {}}}));
}

TEST_F(CheckerTest, AMissingPolicyDenies) {
  EXPECT_FALSE(Checker(graph_, "user:a", kNoon).MayRead({&open_, nullptr}));
  EXPECT_FALSE(Checker(graph_, "user:a", kNoon).MayRead({nullptr, &open_}));
}

TEST_F(CheckerTest, RuleNamesAPrincipalDirectlyThroughGroupsOrAsEveryone) {
  graph_.Add("user:a", "group:team");
  graph_.Add("group:team", "group:company");
  EXPECT_TRUE(MayRead("user:a", {{Inheritance::kReplace, {Allow({"user:a"})}}}));
  EXPECT_TRUE(MayRead("user:a", {{Inheritance::kReplace, {Allow({"group:company"})}}}));
  EXPECT_TRUE(MayRead("user:b", {open_}));
  EXPECT_FALSE(MayRead("user:b", {{Inheritance::kReplace, {Allow({"user:a", "group:company"})}}}));
}

TEST_F(CheckerTest, WhoeverIsNoPrincipalReadsNothingEvenWhatEveryoneMay) {
  const Policy generous{Inheritance::kReplace, {Allow({"everyone", "group:team", ""})}};
  for (const char* name : {"", "everyone", "group:team", "alice", "user:", "user:\n"}) {
    EXPECT_FALSE(MayRead(name, {generous})) << name;
  }
}

TEST_F(CheckerTest, DenyBeatsEveryAllowOfTheNode) {
  EXPECT_FALSE(MayRead("user:a", {{Inheritance::kReplace, {Allow({"user:a"}), Deny({"everyone"})}}}));
  EXPECT_FALSE(MayRead("user:a", {{Inheritance::kReplace, {Deny({"user:a"}), Allow({"user:a"})}}}));
  EXPECT_TRUE(MayRead("user:b", {{Inheritance::kReplace, {Deny({"user:a"}), Allow({"everyone"})}}}));
}

TEST_F(CheckerTest, DenyAboveHoldsPastReplace) {
  const Policy denies{Inheritance::kReplace, {Deny({"user:a"}), Allow({"everyone"})}};
  EXPECT_FALSE(MayRead("user:a", {denies, {Inheritance::kReplace, {Allow({"user:a"})}}}));
  EXPECT_TRUE(MayRead("user:b", {denies, {Inheritance::kReplace, {Allow({"user:b"})}}}));
}

TEST_F(CheckerTest, InheritKeepsTheAnswerFromAbove) {
  EXPECT_TRUE(MayRead("user:a", {open_, nothing_}));
  EXPECT_FALSE(MayRead("user:a", {open_, {Inheritance::kInherit, {Deny({"user:a"})}}}));
}

TEST_F(CheckerTest, RestrictNeedsBothItsOwnRuleAndTheAnswerFromAbove) {
  const Policy own{Inheritance::kRestrict, {Allow({"user:a"})}};
  const Policy closed{Inheritance::kReplace, {Allow({"user:z"})}};
  EXPECT_TRUE(MayRead("user:a", {open_, own}));
  EXPECT_FALSE(MayRead("user:b", {open_, own}));
  EXPECT_FALSE(MayRead("user:a", {closed, own}));
}

TEST_F(CheckerTest, ReplaceForgetsTheAllowsAbove) {
  EXPECT_FALSE(MayRead("user:b", {open_, {Inheritance::kReplace, {Allow({"user:a"})}}}));
  EXPECT_TRUE(MayRead("user:a", {nothing_, {Inheritance::kReplace, {Allow({"user:a"})}}}));
}

TEST_F(CheckerTest, OnACollectionInheritAndRestrictAllowNobody) {
  EXPECT_FALSE(MayRead("user:a", {{Inheritance::kRestrict, {Allow({"user:a"})}}}));
  EXPECT_FALSE(MayRead("user:a", {{Inheritance::kInherit, {Allow({"user:a"})}}}));
}

TEST_F(CheckerTest, LongerChainsAreReadDownwards) {
  const Policy restrict_a{Inheritance::kRestrict, {Allow({"user:a"})}};
  EXPECT_TRUE(MayRead("user:a", {open_, restrict_a, nothing_}));
  EXPECT_FALSE(MayRead("user:b", {open_, restrict_a, nothing_}));
  EXPECT_TRUE(MayRead("user:b", {open_, restrict_a, open_}));
}

TEST_F(CheckerTest, RulesOutsideTheirWindowDoNotCount) {
  Rule brief = Allow({"user:a"});
  brief.not_before = kNoon;
  brief.expire_time = kNoon + absl::Hours(1);
  Rule ban = Deny({"user:a"});
  ban.not_before = kNoon + absl::Minutes(30);
  ban.expire_time = kNoon + absl::Minutes(40);
  const std::vector<Policy> chain = {{Inheritance::kReplace, {ban, brief}}};
  EXPECT_FALSE(MayRead("user:a", chain, kNoon - absl::Nanoseconds(1)));
  EXPECT_TRUE(MayRead("user:a", chain, kNoon));
  EXPECT_FALSE(MayRead("user:a", chain, kNoon + absl::Minutes(30)));
  EXPECT_TRUE(MayRead("user:a", chain, kNoon + absl::Minutes(40)));
  EXPECT_FALSE(MayRead("user:a", chain, kNoon + absl::Hours(1)));
}

TEST_F(CheckerTest, KeepsItsOwnCopyOfThePrincipal) {
  std::string name = "user:with-a-name-too-long-for-the-small-string-buffer";
  const Policy policy{Inheritance::kReplace, {Allow({name})}};
  const Checker checker(graph_, name, kNoon);
  name.assign(name.size(), 'x');
  EXPECT_TRUE(checker.MayRead({&policy}));
}

}  // namespace
}  // namespace usher::acl
