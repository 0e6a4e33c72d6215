// Policies as files: what is read, what is refused and with which words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "server/sanitize/policy/policy_file.h"

namespace usher::sanitize {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string ErrorOf(const std::string& yaml) {
  const auto policy = ParsePolicy("p.yaml", yaml);
  EXPECT_FALSE(policy.ok()) << yaml;
  return std::string(policy.status().message());
}

TEST(PolicyFileTest, AVersionAloneIsTheDefault) {
  const auto policy = ParsePolicy("p.yaml", "version: 1\n");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->Canonical(), Policy().Canonical());
}

TEST(PolicyFileTest, TheOneThatIsShippedDoesWhatItSays) {
  const auto text = ReadPolicyFile(USHER_SHIPPED_POLICY);
  ASSERT_TRUE(text.ok()) << text.status();
  const auto policy = ParsePolicy("policy.example.yaml", *text);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_TRUE(CheckExamples("policy.example.yaml", *policy).ok()) << CheckExamples("policy.example.yaml", *policy);
}

TEST(PolicyFileTest, EveryKeyIsRead) {
  const auto policy = ParsePolicy("p.yaml", R"(version: 1
links: {allow_hosts: [Docs.example.com, "*.example.org"]}
injection: {action: quarantine, threshold: 0.75}
hidden: {action: quarantine}
secrets: {action: remove, certain_only: true}
personal_data: {types: {email: mask, name: keep}, action: pseudonymise, phone_regions: [DE]}
canaries: [blue-heron-4711]
external_detectors: false
examples: {must_change: [{text: a, expect: ""}, {text: b}], must_keep: [c]}
)");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_TRUE(policy->allow_hosts.Holds("docs.example.com"));
  EXPECT_EQ(policy->injection, Action::kQuarantine);
  EXPECT_EQ(policy->injection_threshold, 0.75);
  EXPECT_EQ(policy->hidden, Action::kQuarantine);
  EXPECT_EQ(policy->secrets, Action::kRemove);
  EXPECT_TRUE(policy->certain_secrets_only);
  EXPECT_EQ(policy->personal.at(PersonalType::kEmail), Action::kMask);
  EXPECT_EQ(policy->personal.at(PersonalType::kName), Action::kAnnotate);
  EXPECT_EQ(policy->personal.at(PersonalType::kIban), Action::kPseudonymise);
  EXPECT_EQ(policy->phone_regions.codes(), std::vector<std::string>{"DE"});
  EXPECT_FALSE(policy->external_detectors);
  EXPECT_EQ(policy->canaries, std::vector<std::string>{"blue-heron-4711"});
  ASSERT_EQ(policy->must_change.size(), 2u);
  EXPECT_EQ(policy->must_change[0].expect, "");
  EXPECT_FALSE(policy->must_change[1].expect.has_value());
  EXPECT_EQ(policy->must_keep, std::vector<std::string>{"c"});
}

TEST(PolicyFileTest, WhatIsWrongIsNamedWithFileLineAndKey) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("p.yaml"));
  EXPECT_THAT(ErrorOf("links: {}"), HasSubstr("'version'"));
  EXPECT_THAT(ErrorOf("version: 2"), HasSubstr("'version'"));
  EXPECT_THAT(ErrorOf("version: 1\nsecret: {}"), AllOf(HasSubstr("line 2"), HasSubstr("'secret' is unknown")));
  EXPECT_THAT(ErrorOf("version: 1\nsecrets: {action: masks}"), HasSubstr("'secrets.action' must be one of keep, mask"));
  EXPECT_THAT(ErrorOf("version: 1\nsecrets: {action: pseudonymise}"), HasSubstr("'secrets.action'"));
  EXPECT_THAT(ErrorOf("version: 1\nsecrets: mask"), HasSubstr("'secrets' must be a map"));
  EXPECT_THAT(ErrorOf("version: 1\nsecrets: {certain_only: 1}"), HasSubstr("'secrets.certain_only'"));
  EXPECT_THAT(ErrorOf("version: 1\ninjection: {threshold: 1.5}"), HasSubstr("'injection.threshold'"));
  EXPECT_THAT(ErrorOf("version: 1\ninjection: {threshold: nan}"), HasSubstr("'injection.threshold'"));
  EXPECT_THAT(ErrorOf("version: 1\ninjection: {action: mask}"), HasSubstr("'injection.action'"));
  EXPECT_THAT(ErrorOf("version: 1\nhidden: {action: keep}"), HasSubstr("'hidden.action'"));
  EXPECT_THAT(ErrorOf("version: 1\npersonal_data: {types: {mail: mask}}"), HasSubstr("'personal_data.types.mail'"));
  EXPECT_THAT(ErrorOf("version: 1\npersonal_data: {phone_regions: [QQ]}"), HasSubstr("phone_regions"));
  EXPECT_THAT(ErrorOf("version: 1\nlinks: {allow_hosts: [\"*\"]}"), HasSubstr("'links.allow_hosts'"));
  EXPECT_THAT(ErrorOf("version: 1\nlinks: {allow_hosts: [\"https://a.example\"]}"), HasSubstr("'links.allow_hosts'"));
  EXPECT_THAT(ErrorOf("version: 1\nlinks: {allow_hosts: [\"*.com\"]}"), HasSubstr("'links.allow_hosts'"));
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: [short]"), HasSubstr("'canaries'"));
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: [{a: b}]"), HasSubstr("'canaries[0]'"));
  EXPECT_THAT(ErrorOf("version: 1\nexternal_detectors: perhaps"), HasSubstr("'external_detectors'"));
  EXPECT_THAT(ErrorOf("version: 1\nexamples: {must_change: [{expect: a}]}"), HasSubstr("needs 'text'"));
  EXPECT_THAT(ErrorOf("version: 1\nversion: 1"), HasSubstr("twice"));
  EXPECT_THAT(ErrorOf("version: 1\n---\nversion: 1"), HasSubstr("one YAML document"));
}

TEST(PolicyFileTest, HostileYamlIsRefusedAndNotFollowed) {
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: " + std::string(200'000, '[')), HasSubstr("p.yaml"));
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: \"unclosed"), HasSubstr("p.yaml"));
  EXPECT_THAT(ErrorOf("version: 1\n? {a: b}\n: c"), HasSubstr("key"));
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: [\"abcdefgh\\xff\xFF\"]"), HasSubstr("p.yaml"));
  EXPECT_THAT(ErrorOf(std::string(kMaxPolicyBytes + 1, '#')), HasSubstr("bytes"));
  EXPECT_THAT(ErrorOf("version: 1\ncanaries: &a [*a]"), HasSubstr("p.yaml"));
}

TEST(PolicyFileTest, DamagedFilesNeverEndTheProgram) {
  const std::string good =
      "version: 1\nsecrets: {action: mask}\nexamples: {must_keep: [\"a b\"]}\ncanaries: [abcdefgh]\n";
  std::mt19937 random(5);
  size_t refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = good;
    for (size_t n = 1 + random() % 3; n > 0; --n)
      damaged[random() % damaged.size()] = static_cast<char>(random() % 256);
    refused += ParsePolicy("p.yaml", damaged).ok() ? 0 : 1;
  }
  EXPECT_GT(refused, 1000u);
}

TEST(PolicyFileTest, AFailingExampleSaysWhatCameOut) {
  auto policy = ParsePolicy("p.yaml", "version: 1\nexamples: {must_keep: [\"a\", \"b\\u200bc\"]}");
  ASSERT_TRUE(policy.ok()) << policy.status();
  const absl::Status kept = CheckExamples("p.yaml", *policy);
  EXPECT_EQ(kept.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(kept.message()), AllOf(HasSubstr("must_keep[1]"), HasSubstr("it became 'bc'")));
  policy->must_keep.clear();
  EXPECT_TRUE(CheckExamples("p.yaml", *policy).ok());
  policy->must_change = {{"plain words"}};
  EXPECT_THAT(std::string(CheckExamples("p.yaml", *policy).message()), HasSubstr("must_change[0] fails: it stayed"));
  policy->must_change = {{"a\u200Bb", "a b"}};
  EXPECT_THAT(std::string(CheckExamples("p.yaml", *policy).message()), HasSubstr("'ab' instead of 'a b'"));
}

}  // namespace
}  // namespace usher::sanitize
