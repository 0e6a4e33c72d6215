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

}  // namespace
}  // namespace usher::acl
