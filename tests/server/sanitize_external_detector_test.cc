// Labels from a detector over real sockets: the right ones for the right texts.
#include "server/sanitize/external/detector.h"

#include <gmock/gmock.h>

#include "tests/server/sanitize_external_server.h"

namespace usher::sanitize::external {
namespace {

using testing::HasSubstr;

using ExternalDetectorTest = DetectorTest;

TEST_F(ExternalDetectorTest, ScoresFromTheThresholdOnAreFlagged) {
  Start();
  const std::vector<Label> labels = Judge({"attack 0.5: x", "attack 0.49: x", "fine"});
  ASSERT_EQ(labels.size(), 3u);
  EXPECT_TRUE(labels[0].judged && labels[1].judged && labels[2].judged);
  EXPECT_TRUE(labels[0].flagged);
  EXPECT_FALSE(labels[1].flagged);
  EXPECT_DOUBLE_EQ(labels[1].score, 0.49);
  EXPECT_FALSE(labels[2].flagged);
  EXPECT_EQ(detector_->rule(), "external.classifier");
  EXPECT_TRUE(CallsReach("labelled", 1));
}

TEST_F(ExternalDetectorTest, LabelsKeepTheOrderOfTheTextsOverBatches) {
  Start();
  std::vector<std::string> texts;
  for (int i = 0; i < 70; ++i) texts.push_back(absl::StrCat("attack 0.", 10 + i, ": text"));
  const std::vector<Label> labels = Judge(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    ASSERT_TRUE(labels[i].judged) << i;
    EXPECT_DOUBLE_EQ(labels[i].score, static_cast<double>(10 + i) / 100) << i;
  }
  EXPECT_EQ(server_.hits(), 3);
}

TEST_F(ExternalDetectorTest, TheBearerKeyIsSentAndNoneWithoutAKey) {
  std::mutex mutex;
  std::vector<std::string> keys;
  server_.Reply([&](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    keys.push_back(request.get_header_value("Authorization"));
    Classify(request, response);
  });
  options_.api_key = "right-key";
  Start();
  EXPECT_TRUE(JudgeOne("one").judged);
  options_.api_key.clear();
  Start();
  EXPECT_TRUE(JudgeOne("one").judged);
  EXPECT_THAT(keys, testing::ElementsAre("Bearer right-key", ""));
}

TEST_F(ExternalDetectorTest, ServicesOfOneTextARequestAreAskedForEach) {
  server_.Reply([](const httplib::Request& request, httplib::Response& response) {
    const std::string text = nlohmann::json::parse(request.body).at("messages").at(0).at("content");
    const char* detected = text == "attack" ? "true" : "false";
    response.set_content(absl::StrCat(R"({"flagged": true, "breakdown": [{"detector_type": "prompt_attack",
                                          "detected": )",
                                      detected, "}]}"),
                         "application/json");
  });
  Start(MakeLakeraAdapter(""));
  const std::vector<Label> labels = Judge({"a", "attack", "c", "d", "e", "f"});
  for (size_t i = 0; i < labels.size(); ++i) {
    EXPECT_TRUE(labels[i].judged) << i;
    EXPECT_EQ(labels[i].flagged, i == 1) << i;
  }
  EXPECT_EQ(server_.hits(), 6);
}

TEST_F(ExternalDetectorTest, ATextIsSentOnceADay) {
  Start();
  EXPECT_TRUE(JudgeOne("attack 0.9: x").flagged);
  const std::vector<Label> labels = Judge({"new", "attack 0.9: x"});
  EXPECT_TRUE(labels[0].judged);
  EXPECT_DOUBLE_EQ(labels[1].score, 0.9);
  EXPECT_EQ(server_.hits(), 2);
  EXPECT_TRUE(Judge({"new", "attack 0.9: x"})[1].flagged);
  EXPECT_EQ(server_.hits(), 2);
  clock_.Advance(absl::Hours(25));
  EXPECT_TRUE(JudgeOne("attack 0.9: x").flagged);
  EXPECT_EQ(server_.hits(), 3);
}

TEST_F(ExternalDetectorTest, WhatWasJudgedForOneScopeIsNotRememberedForAnother) {
  Start();
  EXPECT_TRUE(JudgeOne("attack 0.9: x").flagged);
  scope_ = "there";
  EXPECT_FALSE(Judge({"attack 0.9: x"}, absl::ZeroDuration())[0].judged);
  EXPECT_TRUE(JudgeOne("attack 0.9: x").flagged);
  EXPECT_EQ(server_.hits(), 2);
}

TEST_F(ExternalDetectorTest, ACallerLearnsWhetherItWaited) {
  Start();
  const auto waited = [&](std::string_view text, absl::Time deadline) {
    return detector_->Judge(scope_, {text}, deadline).waited;
  };
  EXPECT_FALSE(waited("", absl::InfiniteFuture()));
  EXPECT_FALSE(waited("x", absl::InfinitePast()));
  EXPECT_TRUE(waited("x", absl::InfiniteFuture()));
  EXPECT_FALSE(waited("x", absl::InfiniteFuture()));
}

TEST_F(ExternalDetectorTest, EmptyAndOversizedTextsAreNotSent) {
  Start();
  const std::vector<Label> labels = Judge({"", std::string(Detector::kMaxTextBytes + 1, 'x')});
  EXPECT_FALSE(labels[0].judged || labels[1].judged);
  EXPECT_EQ(server_.hits(), 0);
  EXPECT_TRUE(JudgeOne(std::string(Detector::kMaxTextBytes, 'x')).judged);
}

TEST_F(ExternalDetectorTest, NoTextsNoLabelsNoRequest) {
  Start();
  EXPECT_TRUE(Judge({}).empty());
  EXPECT_EQ(server_.hits(), 0);
}

TEST_F(ExternalDetectorTest, ConcurrentCallersGetTheirOwnLabels) {
  options_.most_waiting = 1'000;
  Start();
  std::vector<std::thread> callers;
  std::atomic<int> wrong{0};
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int round = 0; round < 20; ++round) {
        const int score = 10 + (caller * 20 + round) % 80;
        const auto labels = Judge({absl::StrCat("attack 0.", score, ": ", caller), "shared"});
        if (!labels[0].judged || labels[0].score != score / 100.0 || !labels[1].judged) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ExternalDetectorOptionsTest, WhatCannotWorkIsRefusedAndNamed) {
  const tests::FakeClock clock;
  const auto refusal = [&](const AskerOptions& options, double threshold = 0.5) {
    const auto made = Detector::Create(options, threshold, MakeLakeraAdapter(""), &clock, nullptr);
    EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
    return std::string(made.status().message());
  };
  AskerOptions options;
  EXPECT_THAT(refusal(options), HasSubstr("url"));
  options.url = "http://guard.example/v2/guard";
  EXPECT_THAT(refusal(options), HasSubstr("must be https"));
  options.url = "https://guard.example/v2/guard";
  EXPECT_THAT(refusal(options, 1.5), HasSubstr("threshold"));
  options.api_key = "secret-7781\n";
  EXPECT_THAT(refusal(options), testing::AllOf(HasSubstr("api key"), testing::Not(HasSubstr("7781"))));
  options.api_key.clear();
  options.timeout = absl::ZeroDuration();
  EXPECT_THAT(refusal(options), HasSubstr("timeout"));
}

}  // namespace
}  // namespace usher::sanitize::external
