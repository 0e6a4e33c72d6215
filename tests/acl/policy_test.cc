#include "acl/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }

Rule BreakGlass(std::vector<std::string> subjects) {
  return {.effect = Effect::kBreakGlass, .subjects = std::move(subjects)};
}

std::string DraftRefusal(PolicyDraft draft) {
  const absl::StatusOr<Policy> policy = CanonicalPolicy(std::move(draft));
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(policy.status().message());
}

std::string Refusal(std::optional<Inheritance> inheritance, std::vector<Rule> rules) {
  const absl::StatusOr<Policy> policy = CanonicalPolicy(inheritance, std::move(rules));
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(policy.status().message());
}

TEST(RuleTest, WindowIncludesItsStartAndExcludesItsEnd) {
  Rule rule = Allow({"user:a"});
  rule.not_before = kNoon;
  rule.expire_time = kNoon + absl::Hours(1);
  EXPECT_EQ(rule.StateAt(kNoon - absl::Nanoseconds(1)), RuleState::kNotYet);
  EXPECT_EQ(rule.StateAt(kNoon), RuleState::kInForce);
  EXPECT_EQ(rule.StateAt(kNoon + absl::Hours(1) - absl::Nanoseconds(1)), RuleState::kInForce);
  EXPECT_EQ(rule.StateAt(kNoon + absl::Hours(1)), RuleState::kExpired);
}

TEST(RuleTest, RuleWithoutWindowIsAlwaysInForce) {
  EXPECT_EQ(Deny({"user:a"}).StateAt(absl::UnixEpoch()), RuleState::kInForce);
  EXPECT_EQ(Deny({"user:a"}).StateAt(kNoon + absl::Hours(24 * 365'000)), RuleState::kInForce);
}

TEST(RuleTest, RuleMadeByDefaultDenies) { EXPECT_EQ(Rule().effect, Effect::kDeny); }

TEST(CanonicalPolicyTest, WithoutInheritanceAnAllowRuleReplaces) {
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {Allow({"user:a"})})->inheritance, Inheritance::kReplace);
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {Deny({"user:a"}), Allow({"user:b"})})->inheritance, Inheritance::kReplace);
}

TEST(CanonicalPolicyTest, WithoutInheritanceAndAllowRulesItInherits) {
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {})->inheritance, Inheritance::kInherit);
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {Deny({"user:a"})})->inheritance, Inheritance::kInherit);
}

TEST(CanonicalPolicyTest, StatedInheritanceIsKept) {
  for (const Inheritance stated : {Inheritance::kInherit, Inheritance::kRestrict, Inheritance::kReplace}) {
    EXPECT_EQ(CanonicalPolicy(stated, {Deny({"user:a"})})->inheritance, stated);
  }
  EXPECT_EQ(CanonicalPolicy(Inheritance::kRestrict, {Allow({"user:a"})})->inheritance, Inheritance::kRestrict);
}

TEST(CanonicalPolicyTest, SubjectsAreSortedAndUnique) {
  const absl::StatusOr<Policy> policy =
      CanonicalPolicy(std::nullopt, {Allow({"user:b", "group:g", "user:b", "everyone"})});
  ASSERT_TRUE(policy.ok());
  EXPECT_THAT(policy->rules[0].subjects, ElementsAre("everyone", "group:g", "user:b"));
}

TEST(CanonicalPolicyTest, EqualRulesBecomeOne) {
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {Allow({"user:a", "user:b"}), Allow({"user:b", "user:a"})})->rules.size(),
            1u);
}

TEST(CanonicalPolicyTest, RulesThatDifferOnlyInTheirWindowStayApart) {
  Rule later = Allow({"user:a"});
  later.not_before = kNoon;
  Rule shorter = Allow({"user:a"});
  shorter.expire_time = kNoon;
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {Allow({"user:a"}), later, shorter})->rules.size(), 3u);
}

TEST(CanonicalPolicyTest, OrderOfWritingDoesNotMatter) {
  Rule later = Allow({"user:a"});
  later.not_before = kNoon;
  const absl::StatusOr<Policy> one =
      CanonicalPolicy(std::nullopt, {Allow({"user:b", "user:a"}), Deny({"user:c"}), later});
  const absl::StatusOr<Policy> two =
      CanonicalPolicy(std::nullopt, {later, Deny({"user:c"}), Allow({"user:a", "user:b"})});
  EXPECT_EQ(*one, *two);
  EXPECT_EQ(PolicyFingerprint(*one), PolicyFingerprint(*two));
  EXPECT_EQ(one->rules[0].effect, Effect::kDeny);
}

TEST(CanonicalPolicyTest, BadSubjectIsNamedByRuleAndPosition) {
  EXPECT_THAT(Refusal(std::nullopt, {Allow({"user:a"}), Deny({"user:b", "bob"})}),
              StartsWith("rules[1]: subjects[1]: "));
}

TEST(CanonicalPolicyTest, RuleWithoutSubjectsIsRefused) {
  EXPECT_THAT(Refusal(std::nullopt, {Allow({})}), StartsWith("rules[0]: names no subject"));
}

TEST(CanonicalPolicyTest, WindowThatNeverOpensIsRefused) {
  Rule empty = Deny({"user:a"});
  empty.not_before = kNoon;
  empty.expire_time = kNoon;
  EXPECT_THAT(Refusal(std::nullopt, {empty}), StartsWith("rules[0]: not_before must lie before expire_time"));
  empty.expire_time = kNoon - absl::Seconds(1);
  EXPECT_THAT(Refusal(std::nullopt, {empty}), HasSubstr("not_before"));
  empty.expire_time = kNoon + absl::Nanoseconds(1);
  EXPECT_TRUE(CanonicalPolicy(std::nullopt, {empty}).ok());
}

TEST(CanonicalPolicyTest, AllowRulesUnderInheritAreRefused) {
  EXPECT_THAT(Refusal(Inheritance::kInherit, {Deny({"user:a"}), Allow({"user:a"})}),
              StartsWith("rules[1]: an allow rule has no effect under INHERIT"));
}

TEST(CanonicalPolicyTest, NumberOfRulesIsBounded) {
  EXPECT_TRUE(CanonicalPolicy(std::nullopt, std::vector<Rule>(kMaxRulesPerPolicy, Allow({"user:a"}))).ok());
  EXPECT_THAT(Refusal(std::nullopt, std::vector<Rule>(kMaxRulesPerPolicy + 1, Allow({"user:a"}))),
              HasSubstr("1001 rules; at most 1000"));
}

TEST(CanonicalPolicyTest, NumberOfSubjectsIsBoundedOverAllRules) {
  const Rule half = Allow(std::vector<std::string>(kMaxSubjectsPerPolicy / 2, "user:a"));
  EXPECT_TRUE(CanonicalPolicy(std::nullopt, {half, half}).ok());
  EXPECT_THAT(Refusal(std::nullopt, {half, half, Deny({"user:a"})}),
              StartsWith("rules[2]: the policy names more than"));
}

TEST(PolicyFingerprintTest, EveryFieldShowsInTheBytes) {
  Rule window = Allow({"user:a"});
  window.not_before = kNoon;
  Rule near_window = window;
  near_window.not_before += absl::Nanoseconds(1) / 4;
  Rule end = Allow({"user:a"});
  end.expire_time = kNoon;
  Rule before_epoch = window;
  before_epoch.not_before = absl::UnixEpoch() - absl::Milliseconds(500);
  Rule after_epoch = window;
  after_epoch.not_before = absl::UnixEpoch() + absl::Milliseconds(500);
  const Policy policies[] = {
      {Inheritance::kInherit, {}},
      {Inheritance::kReplace, {}},
      {Inheritance::kRestrict, {}},
      {Inheritance::kReplace, {Allow({"user:a"})}},
      {Inheritance::kReplace, {Deny({"user:a"})}},
      {Inheritance::kReplace, {Allow({"user:a", "user:b"})}},
      {Inheritance::kReplace, {Allow({"user:a"}), Allow({"user:b"})}},
      {Inheritance::kReplace, {Allow({"user:auser:b"})}},
      {Inheritance::kReplace, {Allow({"user:a", "user:buser:c"})}},
      {Inheritance::kReplace, {Allow({"user:auser:b", "user:c"})}},
      {Inheritance::kReplace, {window}},
      {Inheritance::kReplace, {near_window}},
      {Inheritance::kReplace, {end}},
      {Inheritance::kReplace, {before_epoch}},
      {Inheritance::kReplace, {after_epoch}},
  };
  std::set<std::string> fingerprints;
  for (const Policy& policy : policies) fingerprints.insert(PolicyFingerprint(policy));
  EXPECT_EQ(fingerprints.size(), std::size(policies));
}

TEST(PolicyFingerprintTest, LabelAndCeilingShowInTheBytes) {
  const Policy policies[] = {
      {Inheritance::kInherit, {}},
      {Inheritance::kInherit, {BreakGlass({"user:a"})}},
      {Inheritance::kInherit, {Deny({"user:a"})}},
      {Inheritance::kInherit, {}, {1, {}, {}}},
      {Inheritance::kInherit, {}, {0, {"user:a"}, {}}},
      {Inheritance::kInherit, {}, {0, {}, {"user:a"}}},
      {Inheritance::kInherit, {}, {}, {"user:a"}},
      {Inheritance::kInherit, {}, {}, {"user:a", "user:b"}},
  };
  std::set<std::string> fingerprints;
  for (const Policy& policy : policies) fingerprints.insert(PolicyFingerprint(policy));
  EXPECT_EQ(fingerprints.size(), std::size(policies));
}

TEST(PolicyFingerprintTest, OwnersDoNotShowForTheyDoNotRead) {
  const Policy owned{Inheritance::kInherit, {}, {}, {}, {"user:a"}};
  EXPECT_EQ(PolicyFingerprint(owned), PolicyFingerprint({}));
  EXPECT_NE(owned, Policy());
}

TEST(CanonicalPolicyTest, BreakGlassIsNeitherAllowNorDenyToTheDefaultInheritance) {
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {BreakGlass({"user:a"})})->inheritance, Inheritance::kInherit);
  EXPECT_EQ(CanonicalPolicy(std::nullopt, {BreakGlass({"user:a"}), Allow({"user:b"})})->inheritance,
            Inheritance::kReplace);
}

TEST(CanonicalPolicyTest, BreakGlassMayStandUnderInherit) {
  EXPECT_TRUE(CanonicalPolicy(Inheritance::kInherit, {BreakGlass({"user:a"}), Deny({"user:b"})}).ok());
}

TEST(CanonicalPolicyTest, DeniesStandBeforeAllowsAndTheseBeforeBreakGlass) {
  const auto policy = CanonicalPolicy(std::nullopt, {BreakGlass({"user:a"}), Allow({"user:b"}), Deny({"user:c"}),
                                                     BreakGlass({"user:d"}), Allow({"user:a"})});
  ASSERT_TRUE(policy.ok());
  std::vector<Effect> effects;
  for (const Rule& rule : policy->rules) effects.push_back(rule.effect);
  EXPECT_THAT(effects,
              ElementsAre(Effect::kDeny, Effect::kAllow, Effect::kAllow, Effect::kBreakGlass, Effect::kBreakGlass));
  EXPECT_THAT(policy->rules[1].subjects, ElementsAre("user:a"));
}

TEST(CanonicalPolicyTest, LabelCeilingAndOwnersAreSortedAndUnique) {
  const auto policy = CanonicalPolicy({.inheritance = std::nullopt,
                                       .rules = {},
                                       .label = {kMaxLevel, {"mna", "board", "mna"}, {"legal", "audit", "audit"}},
                                       .ceiling = {"group:g", "everyone", "group:g"},
                                       .owners = {"user:b", "group:g", "user:b"}});
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy->label, (Label{kMaxLevel, {"board", "mna"}, {"audit", "legal"}}));
  EXPECT_THAT(policy->ceiling, ElementsAre("everyone", "group:g"));
  EXPECT_THAT(policy->owners, ElementsAre("group:g", "user:b"));
  EXPECT_EQ(policy->inheritance, Inheritance::kInherit);
}

TEST(CanonicalPolicyTest, BadLabelIsRefused) {
  EXPECT_EQ(DraftRefusal({{}, {}, {kMaxLevel + 1, {}, {}}, {}, {}}), "label.level is 256; at most 255");
  EXPECT_THAT(DraftRefusal({{}, {}, {0, {"a", "b c"}, {}}, {}, {}}), StartsWith("compartments[1]: "));
  EXPECT_THAT(DraftRefusal({{}, {}, {0, {}, {"a", ""}}, {}, {}}), StartsWith("purposes[1]: "));
  EXPECT_THAT(DraftRefusal({{}, {}, {0, std::vector<std::string>(kMaxCompartments + 1, "a"), {}}, {}, {}}),
              HasSubstr("compartments: there are 65; at most 64"));
  EXPECT_THAT(DraftRefusal({{}, {}, {0, {}, std::vector<std::string>(kMaxPurposes + 1, "a")}, {}, {}}),
              HasSubstr("purposes: there are 65; at most 64"));
}

TEST(CanonicalPolicyTest, CeilingMayNameEveryoneButOwnersMayNot) {
  EXPECT_TRUE(CanonicalPolicy({{}, {}, {}, {"everyone"}, {}}).ok());
  EXPECT_THAT(DraftRefusal({{}, {}, {}, {"user:a", "bob"}, {}}), StartsWith("ceiling[1]: "));
  EXPECT_THAT(DraftRefusal({{}, {}, {}, {}, {"user:a", "everyone"}}), StartsWith("owners[1]: "));
}

TEST(CanonicalPolicyTest, CeilingAndOwnersCountAmongTheSubjects) {
  const std::vector<std::string> third(kMaxSubjectsPerPolicy / 4, "user:a");
  const Rule half = Allow(std::vector<std::string>(kMaxSubjectsPerPolicy / 2, "user:a"));
  EXPECT_TRUE(CanonicalPolicy({{}, {half}, {}, third, third}).ok());
  EXPECT_EQ(DraftRefusal({{}, {half, Deny({"user:b"})}, {}, third, third}),
            "rules, ceiling and owners name 10001 subjects; at most 10000 are allowed, so name groups instead");
}

TEST(PolicyTest, OnlyOneThatSaysNothingIsEmpty) {
  EXPECT_TRUE(Policy().empty());
  EXPECT_FALSE((Policy{Inheritance::kReplace, {}}.empty()));
  EXPECT_FALSE((Policy{Inheritance::kInherit, {Deny({"user:a"})}}.empty()));
  EXPECT_FALSE((Policy{Inheritance::kInherit, {}, {1, {}, {}}}.empty()));
  EXPECT_FALSE((Policy{Inheritance::kInherit, {}, {}, {"user:a"}}.empty()));
  EXPECT_FALSE((Policy{Inheritance::kInherit, {}, {}, {}, {"user:a"}}.empty()));
}

TEST(CheckNotExpiredTest, ARuleThatIsOverIsNamed) {
  Rule over = Allow({"user:a"});
  over.expire_time = kNoon;
  const Policy policy{Inheritance::kReplace, {Deny({"user:b"}), over}};
  EXPECT_TRUE(CheckNotExpired(policy, {}, kNoon - absl::Nanoseconds(1)).ok());
  EXPECT_EQ(CheckNotExpired(policy, {}, kNoon),
            absl::InvalidArgumentError("rules[1]: its expire_time 2023-11-14T22:13:20+00:00 is over at "
                                       "2023-11-14T22:13:20+00:00; choose a later one or remove the rule"));
}

TEST(CheckNotExpiredTest, RulesThatStoodBeforeAreLeftAlone) {
  Rule over = Allow({"user:a"});
  over.expire_time = kNoon;
  Rule other = over;
  other.subjects = {"user:b"};
  const Policy known{Inheritance::kReplace, {over}};
  EXPECT_TRUE(CheckNotExpired(known, known, kNoon).ok());
  EXPECT_THAT(std::string(CheckNotExpired({Inheritance::kReplace, {over, other}}, known, kNoon).message()),
              StartsWith("rules[1]: "));
}

TEST(CheckNotExpiredTest, ARuleThatHasNotBegunIsNoMistake) {
  Rule early = Allow({"user:a"});
  early.not_before = kNoon;
  EXPECT_TRUE(CheckNotExpired({Inheritance::kReplace, {early}}, {}, kNoon - absl::Hours(1)).ok());
}

}  // namespace
}  // namespace usher::acl
