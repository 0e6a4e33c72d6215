// What is written to each kind of detector, and what is read from its answers.
#include "server/sanitize/external/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace usher::sanitize::external {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

nlohmann::json RequestOf(const Adapter& adapter, const std::vector<std::string>& texts) {
  return nlohmann::json::parse(adapter.Request(texts));
}

void ExpectUnclear(const Adapter& adapter, const std::vector<const char*>& bodies) {
  for (const char* body : bodies) {
    EXPECT_EQ(adapter.Scores(body, 1).status().code(), absl::StatusCode::kInvalidArgument) << body;
  }
}

TEST(LakeraAdapterTest, AsksForTheBreakdownOfOneUserMessage) {
  const auto adapter = MakeLakeraAdapter("project-7");
  EXPECT_EQ(adapter->batch_size(), 1);
  const auto request = RequestOf(*adapter, {"some \"text\""});
  EXPECT_EQ(request.at("messages"), nlohmann::json::parse(R"([{"role": "user", "content": "some \"text\""}])"));
  EXPECT_EQ(request.at("breakdown"), true);
  EXPECT_EQ(request.at("project_id"), "project-7");
  EXPECT_FALSE(RequestOf(*MakeLakeraAdapter(""), {"x"}).contains("project_id"));
}

TEST(LakeraAdapterTest, OnlyPromptAttacksCountNotEverythingThatFlags) {
  const auto adapter = MakeLakeraAdapter("");
  const auto scores = [&](const char* attack, const char* pii) {
    return *adapter->Scores(absl::StrCat(R"({"flagged": true, "metadata": {"request_uuid": "u"}, "breakdown": [
          {"detector_type": "pii/email", "detected": )",
                                         pii, R"(, "message_id": 0},
          {"detector_type": "prompt_attack", "detected": )",
                                         attack, R"(, "message_id": 0}]})"),
                            1);
  };
  EXPECT_THAT(scores("true", "false"), ElementsAre(1.0));
  EXPECT_THAT(scores("false", "true"), ElementsAre(0.0));
}

TEST(LakeraAdapterTest, AnAnswerThatDoesNotJudgeAttacksIsUnclear) {
  ExpectUnclear(*MakeLakeraAdapter(""),
                {"", "no json", "[]", R"({"flagged": false})", R"({"flagged": true, "breakdown": {}})",
                 R"({"flagged": false, "breakdown": []})",
                 R"({"flagged": true, "breakdown": [{"detector_type": "pii/email", "detected": true}]})",
                 R"({"breakdown": [{"detector_type": "prompt_attack", "detected": "no"}]})",
                 R"({"breakdown": [{"detector_type": "prompt_attack"}, 3, null]})"});
}

TEST(ClassifierAdapterTest, TextsAreNeverMistakenForAPair) {
  EXPECT_EQ(RequestOf(*MakeClassifierAdapter(ClassifierInput::kLists), {"a", "b"}),
            nlohmann::json::parse(R"({"inputs": [["a"], ["b"]], "truncate": true})"));
  EXPECT_EQ(RequestOf(*MakeClassifierAdapter(ClassifierInput::kTexts), {"a", "b"}),
            nlohmann::json::parse(R"({"inputs": ["a", "b"]})"));
}

TEST(ClassifierAdapterTest, IllFormedTextIsSentAsValidJson) {
  EXPECT_EQ(RequestOf(*MakeClassifierAdapter(ClassifierInput::kTexts), {"a\xff"}).at("inputs").at(0), "a\uFFFD");
}

TEST(ClassifierAdapterTest, AttackLabelsAreSummedWhateverTheirOrder) {
  const auto adapter = MakeClassifierAdapter(ClassifierInput::kLists);
  const auto scores = adapter->Scores(R"([
      [{"label": "JAILBREAK", "score": 0.5}, {"label": "INJECTION", "score": 0.25}, {"label": "BENIGN", "score": 0.25}],
      [{"label": "LABEL_0", "score": 0.9}, {"label": "LABEL_1", "score": 0.1}],
      [{"label": "SAFE", "score": 0.75}]])",
                                      3);
  ASSERT_TRUE(scores.ok()) << scores.status();
  EXPECT_THAT(*scores, ElementsAre(0.75, 0.1, 0.25));
}

TEST(ClassifierAdapterTest, TheBestLabelAloneIsEnough) {
  const auto scores = MakeClassifierAdapter(ClassifierInput::kTexts)
                          ->Scores(R"([{"label": "SAFE", "score": 0.9}, {"label": "INJECTION", "score": 0.8}])", 2);
  ASSERT_TRUE(scores.ok()) << scores.status();
  EXPECT_THAT(*scores, ElementsAre(DoubleNear(0.1, 1e-9), 0.8));
}

TEST(ClassifierAdapterTest, AnAnswerWithoutAKnownScoreForEachTextIsUnclear) {
  ExpectUnclear(*MakeClassifierAdapter(ClassifierInput::kLists),
                {"", "{}", "[]", "[[]]", "[[], []]", R"([[{"label": "POSITIVE", "score": 0.9}]])",
                 R"([[{"label": "INJECTION", "score": 1.5}]])", R"([[{"label": "INJECTION", "score": -0.5}]])",
                 R"([[{"label": "INJECTION", "score": 1e999}]])", R"([[{"label": "INJECTION", "score": "1"}]])",
                 R"([[{"score": 0.9}]])", R"([[[[[{"label": "INJECTION", "score": 0.5}]]]]])",
                 R"([[{"label": "INJECTION", "score": 0.5}], [{"label": "INJECTION", "score": 0.5}]])"});
}

TEST(ClassifierAdapterTest, EndlessNestingIsUnclear) {
  const std::string deep(200'000, '[');
  EXPECT_FALSE(MakeClassifierAdapter(ClassifierInput::kLists)->Scores(deep, 1).ok());
  EXPECT_FALSE(MakeClassifierAdapter(ClassifierInput::kLists)->Scores(deep + std::string(200'000, ']'), 1).ok());
}

TEST(NemoAdapterTest, RunsTheInputRailsOnly) {
  const auto request = RequestOf(*MakeNemoAdapter("strict"), {"text"});
  EXPECT_EQ(request.at("messages"), nlohmann::json::parse(R"([{"role": "user", "content": "text"}])"));
  EXPECT_EQ(request.at("guardrails"), nlohmann::json::parse(R"({"config_id": "strict", "options":
      {"rails": ["input"], "log": {"activated_rails": true}}})"));
  EXPECT_TRUE(request.contains("model"));
  EXPECT_FALSE(RequestOf(*MakeNemoAdapter(""), {"x"}).at("guardrails").contains("config_id"));
}

TEST(NemoAdapterTest, AnInputRailThatStoppedIsAnAttack) {
  const auto adapter = MakeNemoAdapter("");
  const auto scores = [&](const char* second) {
    return *adapter->Scores(
        absl::StrCat(R"({"choices": [], "guardrails": {"config_id": "c", "log": {"activated_rails": [
        {"type": "input", "name": "check a", "stop": false}, {"type": "input", "name": "check b", "stop": )",
                     second, R"(}, {"type": "dialog", "name": "d", "stop": true}]}}})"),
        1);
  };
  EXPECT_THAT(scores("true"), ElementsAre(1.0));
  EXPECT_THAT(scores("false"), ElementsAre(0.0));
}

TEST(NemoAdapterTest, AnAnswerWithoutInputRailsIsUnclear) {
  ExpectUnclear(*MakeNemoAdapter(""),
                {"", "{}", R"({"guardrails": 1})", R"({"guardrails": {"log": {"activated_rails": []}}})",
                 R"({"guardrails": {"log": {"activated_rails": [{"type": "output", "stop": true}]}}})",
                 R"({"guardrails": {"log": {"activated_rails": [{"type": "input"}]}}})",
                 R"({"guardrails": {"log": {"activated_rails": ["input"]}}})"});
}

}  // namespace
}  // namespace usher::sanitize::external
