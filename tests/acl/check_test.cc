#include "acl/check.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::acl {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }

Rule BreakGlass(std::vector<std::string> subjects) {
  return {.effect = Effect::kBreakGlass, .subjects = std::move(subjects)};
}

class CheckerTest : public testing::Test {
 protected:
  bool MayRead(std::string_view principal, const std::vector<Policy>& chain, absl::Time now = kNoon) {
    std::vector<const Policy*> views;
    for (const Policy& policy : chain) views.push_back(&policy);
    return Checker(graph_, ClearanceTable(), {std::string(principal), {}, ""}, now).MayRead(views);
  }

  bool AskerMayRead(const Asker& asker, const std::vector<Policy>& chain) {
    std::vector<const Policy*> views;
    for (const Policy& policy : chain) views.push_back(&policy);
    return Checker(graph_, clearances_, asker, kNoon).MayRead(views);
  }

  ClearanceTable clearances_;
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
  EXPECT_FALSE(Checker(graph_, ClearanceTable(), {"user:a", {}, ""}, kNoon).MayRead({&open_, nullptr}));
  EXPECT_FALSE(Checker(graph_, ClearanceTable(), {"user:a", {}, ""}, kNoon).MayRead({nullptr, &open_}));
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
  const Checker checker(graph_, ClearanceTable(), {name, {}, ""}, kNoon);
  name.assign(name.size(), 'x');
  EXPECT_TRUE(checker.MayRead({&policy}));
}

TEST_F(CheckerTest, ClaimedGroupsCountWithTheGroupsAboveThem) {
  graph_.Add("group:team", "group:company");
  const Policy company{Inheritance::kReplace, {Allow({"group:company"})}};
  const Policy unknown{Inheritance::kReplace, {Allow({"group:unknown"})}};
  EXPECT_TRUE(AskerMayRead({"user:a", {"group:team"}}, {company}));
  EXPECT_TRUE(AskerMayRead({"user:a", {"group:unknown"}}, {unknown}));
  EXPECT_FALSE(AskerMayRead({"user:a", {"group:unknown"}}, {company}));
}

TEST_F(CheckerTest, ADenyReachesThroughAClaim) {
  const Policy policy{Inheritance::kReplace, {Deny({"group:team"}), Allow({"everyone"})}};
  EXPECT_FALSE(AskerMayRead({"user:a", {"group:team"}}, {policy}));
  EXPECT_TRUE(AskerMayRead({"user:a", {"group:other"}}, {policy}));
}

TEST_F(CheckerTest, ClaimsThatAreNoGroupsAreIgnored) {
  graph_.Add("user:b", "group:team");
  const Policy policy{Inheritance::kReplace, {Allow({"user:b", "group:team", "group:a b"})}};
  EXPECT_FALSE(AskerMayRead({"user:a", {"user:b", "group:a b", ""}}, {policy}));
}

TEST_F(CheckerTest, ClaimsDoNotHelpWhoeverIsNoPrincipal) {
  const Policy policy{Inheritance::kReplace, {Allow({"group:team", "everyone"})}};
  for (const char* name : {"", "everyone", "group:team", "user:a b"}) {
    EXPECT_FALSE(AskerMayRead({name, {"group:team"}}, {policy})) << name;
    EXPECT_FALSE(Checker(graph_, clearances_, {name, {"group:team"}}, kNoon).ComesUnder("group:team")) << name;
  }
}

TEST_F(CheckerTest, LevelOfALabelMustBeReached) {
  const Policy secret{Inheritance::kInherit, {}, {.level = 3}};
  clearances_.Set("user:a", {3, {}});
  clearances_.Set("user:b", {2, {}});
  EXPECT_TRUE(AskerMayRead({"user:a"}, {open_, secret}));
  EXPECT_FALSE(AskerMayRead({"user:b"}, {open_, secret}));
  EXPECT_FALSE(AskerMayRead({"user:c"}, {open_, secret}));
}

TEST_F(CheckerTest, EveryCompartmentOfALabelIsNeeded) {
  const Policy walled{Inheritance::kInherit, {}, {.level = 0, .compartments = {"board", "mna"}}};
  clearances_.Set("user:a", {0, {"board", "hr", "mna"}});
  clearances_.Set("user:b", {kMaxLevel, {"board"}});
  EXPECT_TRUE(AskerMayRead({"user:a"}, {open_, walled}));
  EXPECT_FALSE(AskerMayRead({"user:b"}, {open_, walled}));
}

TEST_F(CheckerTest, OneOfThePurposesOfALabelMustBeStated) {
  const Policy held{Inheritance::kInherit, {}, {.level = 0, .compartments = {}, .purposes = {"audit", "legal"}}};
  EXPECT_TRUE(AskerMayRead({"user:a", {}, "legal"}, {open_, held}));
  EXPECT_FALSE(AskerMayRead({"user:a", {}, "marketing"}, {open_, held}));
  EXPECT_FALSE(AskerMayRead({"user:a"}, {open_, held}));
  const Policy nameless{Inheritance::kInherit, {}, {.level = 0, .compartments = {}, .purposes = {""}}};
  EXPECT_FALSE(AskerMayRead({"user:a"}, {open_, nameless}));
  EXPECT_TRUE(AskerMayRead({"user:a", {}, "anything"}, {open_}));
}

TEST_F(CheckerTest, ALabelAboveHoldsPastReplaceAndBreakGlass) {
  const Policy secret{Inheritance::kReplace, {Allow({"everyone"})}, {.level = 1}};
  const Policy generous{Inheritance::kReplace, {Allow({"user:a"}), BreakGlass({"user:a"})}};
  EXPECT_FALSE(AskerMayRead({"user:a"}, {secret, generous}));
}

TEST_F(CheckerTest, NobodyReadsBeyondACeiling) {
  graph_.Add("user:a", "group:team");
  const Policy capped{Inheritance::kReplace, {Allow({"everyone"})}, {}, {"group:team"}};
  const Policy generous{Inheritance::kReplace, {Allow({"everyone"}), BreakGlass({"everyone"})}};
  EXPECT_TRUE(AskerMayRead({"user:a"}, {capped, generous}));
  EXPECT_FALSE(AskerMayRead({"user:b"}, {capped, generous}));
  EXPECT_TRUE(AskerMayRead({"user:b", {"group:team"}}, {capped, generous}));
  EXPECT_FALSE(AskerMayRead({"user:b"}, {open_, capped}));
}

TEST_F(CheckerTest, ACeilingGrantsNothingByItself) {
  const Policy capped{Inheritance::kReplace, {}, {}, {"user:a"}};
  EXPECT_FALSE(AskerMayRead({"user:a"}, {capped}));
}

TEST_F(CheckerTest, BreakGlassHoldsForTheNodeAndAllBelow) {
  const Policy broken{Inheritance::kInherit, {BreakGlass({"user:a"})}};
  const Policy closed{Inheritance::kReplace, {Allow({"user:z"})}};
  const Policy narrowed{Inheritance::kRestrict, {Allow({"user:z"})}};
  EXPECT_TRUE(AskerMayRead({"user:a"}, {broken}));
  EXPECT_TRUE(AskerMayRead({"user:a"}, {nothing_, broken, closed, narrowed}));
  EXPECT_FALSE(AskerMayRead({"user:b"}, {broken, closed}));
}

TEST_F(CheckerTest, BreakGlassIsNoAllowToRestrictBelow) {
  const Policy broken{Inheritance::kReplace, {BreakGlass({"user:a"})}};
  const Policy own{Inheritance::kRestrict, {Allow({"user:b"})}};
  EXPECT_FALSE(AskerMayRead({"user:b"}, {broken, own}));
}

TEST_F(CheckerTest, ADenyBeatsBreakGlassAtAnyDepth) {
  const Policy broken{Inheritance::kInherit, {BreakGlass({"user:a"})}};
  const Policy denies{Inheritance::kInherit, {Deny({"everyone"})}};
  EXPECT_FALSE(AskerMayRead({"user:a"}, {broken, denies}));
  EXPECT_FALSE(AskerMayRead({"user:a"}, {denies, broken}));
  EXPECT_FALSE(AskerMayRead({"user:a"}, {{Inheritance::kInherit, {BreakGlass({"user:a"}), Deny({"user:a"})}}}));
}

TEST_F(CheckerTest, BreakGlassEndsWithItsWindow) {
  Rule brief = BreakGlass({"user:a"});
  brief.not_before = kNoon;
  brief.expire_time = kNoon + absl::Hours(1);
  const std::vector<Policy> chain = {{Inheritance::kInherit, {brief}}};
  EXPECT_FALSE(MayRead("user:a", chain, kNoon - absl::Nanoseconds(1)));
  EXPECT_TRUE(MayRead("user:a", chain, kNoon));
  EXPECT_FALSE(MayRead("user:a", chain, kNoon + absl::Hours(1)));
}

TEST_F(CheckerTest, ARuleOfNoKnownEffectDenies) {
  const Policy odd{Inheritance::kReplace, {{.effect = static_cast<Effect>(9), .subjects = {"user:a"}}}};
  EXPECT_FALSE(AskerMayRead({"user:a"}, {open_, odd, open_}));
}

TEST_F(CheckerTest, NobodyReadsFromTheInstantTheCollectionCloses) {
  const Checker checker(graph_, clearances_, {"user:a"}, kNoon);
  EXPECT_TRUE(checker.MayRead({&open_}, kNoon + absl::Nanoseconds(1)));
  EXPECT_FALSE(checker.MayRead({&open_}, kNoon));
  EXPECT_FALSE(checker.MayRead({&open_}, kNoon - absl::Hours(1)));
}

TEST_F(CheckerTest, OwnersOfAnyNodeOfTheChainManageIt) {
  graph_.Add("user:a", "group:admins");
  const Policy owned{Inheritance::kInherit, {}, {}, {}, {"group:admins"}};
  const Checker owner(graph_, clearances_, {"user:a"}, kNoon);
  EXPECT_TRUE(owner.Manages({&owned}));
  EXPECT_TRUE(owner.Manages({&owned, &nothing_}));
  EXPECT_TRUE(owner.Manages({&nothing_, &owned}));
  EXPECT_FALSE(owner.Manages({&nothing_, &open_}));
  EXPECT_FALSE(owner.Manages({}));
  EXPECT_FALSE(Checker(graph_, clearances_, {"user:b"}, kNoon).Manages({&owned}));
  EXPECT_TRUE(Checker(graph_, clearances_, {"user:b", {"group:admins"}}, kNoon).Manages({&owned}));
}

TEST_F(CheckerTest, NobodyManagesWhatIsNotAvailable) {
  const Policy owned{Inheritance::kInherit, {}, {}, {}, {"user:a"}};
  EXPECT_FALSE(Checker(graph_, clearances_, {"user:a"}, kNoon).Manages({&owned, nullptr}));
}

TEST_F(CheckerTest, OwningGivesNoRightToRead) {
  EXPECT_FALSE(AskerMayRead({"user:a"}, {{Inheritance::kReplace, {}, {}, {}, {"user:a"}}}));
}

TEST_F(CheckerTest, KeepsItsOwnCopyOfClaimsPurposeAndClearance) {
  const std::string group = "group:with-a-name-too-long-for-the-small-string-buffer";
  const Policy policy{Inheritance::kReplace, {Allow({group})}, {.level = 1, .compartments = {}, .purposes = {"audit"}}};
  Asker asker{"user:a", {group}, "audit"};
  clearances_.Set("user:a", {1, {}});
  const Checker checker(graph_, clearances_, asker, kNoon);
  asker = {};
  clearances_.Set("user:a", {});
  EXPECT_TRUE(checker.MayRead({&policy}));
}

}  // namespace
}  // namespace usher::acl
