// Answers that a detector of somebody else is asked about, over a real socket: labels come beside the text, and nothing
// else changes, least of all who may read what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "server/pipeline/external_labels.h"
#include "server/sanitize/policy/policy_set.h"
#include "tests/server/pipeline_fixture.h"
#include "tests/server/sanitize_external_server.h"
#include "tests/temporary_folder.h"

namespace usher::pipeline {
namespace {

namespace external = sanitize::external;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr char kBad[] = "attack 0.9: lunch menu of the week";
constexpr char kGood[] = "lunch menu of the month";
constexpr char kFair[] = "lunch of the long year";

class ExternalLabelsTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    server_.Reply([this](const httplib::Request& request, httplib::Response& response) {
      {
        const std::lock_guard lock(mutex_);
        const nlohmann::json question = nlohmann::json::parse(request.body);
        for (const auto& input : question.at("inputs")) sent_.push_back(input.at(0));
      }
      if (while_judged) while_judged();
      external::Classify(request, response);
    });
    Start(server_.url(), absl::Seconds(20));
    CreateText("docs", {});
    Put("docs", "bad", kBad, Allow({"user:ann"}));
    Put("docs", "good", kGood, Allow({"user:ann", "user:bob"}));
    Put("docs", "fair", kFair, Allow({"user:ann"}));
  }

  void Start(const std::string& url, absl::Duration timeout) {
    external::AskerOptions options;
    options.url = url;
    options.timeout = timeout;
    auto made = external::Detector::Create(options, 0.5, MakeClassifierAdapter(external::ClassifierInput::kLists),
                                           &clock(), &metrics_);
    ASSERT_TRUE(made.ok()) << made.status();
    detector_ = *std::move(made);
    asking_ = MakePipeline(&embedder(), policies(), detector_.get());
  }

  absl::StatusOr<Answer> AskAnn(int k = 2) {
    return asking_->Search(As("user:ann"), Question("lunch menu of the week", k));
  }
  absl::StatusOr<Answer> Named(const std::vector<std::string>& documents,
                               absl::Duration time = absl::InfiniteDuration()) {
    CallControl call = As("user:ann");
    call.deadline = clock().Now() + time;
    ChunksQuestion question;
    question.collection = "docs";
    for (const std::string& document : documents) question.names.push_back({"docs", document, 0});
    return asking_->GetChunks(call, question);
  }

  static std::vector<std::string> RulesOf(const CleanChunk& chunk) {
    std::vector<std::string> rules;
    for (const ChunkFinding& finding : chunk.fields->findings) rules.push_back(finding.record.rule);
    return rules;
  }
  std::vector<std::string> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  double Calls(const std::string& outcome) const {
    return telemetry::SeriesValue(metrics_.Text(),
                                  absl::StrCat("usher_detector_calls_total{outcome=\"", outcome, "\"}"));
  }
  void ExpectCalls(const std::string& outcome, double count) const {
    for (int i = 0; i < 5'000 && Calls(outcome) < count; ++i) absl::SleepFor(absl::Milliseconds(2));
    EXPECT_EQ(Calls(outcome), count) << outcome;
  }
  // The answer that a server without a detector gives.
  void ExpectUnchanged(const absl::StatusOr<Answer>& answer) {
    const auto plain = queries().Search(As("user:ann"), Question("lunch menu of the week", 2));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(DocumentsOf(answer), DocumentsOf(plain));
    EXPECT_EQ(answer->context.finding_count(), plain->context.finding_count());
    EXPECT_EQ(answer->policy_digest, plain->policy_digest);
  }
  // Lets `write` land when the detector has been asked and has not answered yet.
  void OnceWhileJudged(std::function<void()> write) {
    while_judged = [landed = std::make_shared<bool>(false), write = std::move(write)] {
      if (!std::exchange(*landed, true)) write();
    };
  }

  std::function<void()> while_judged;  // in the detector's thread; set while nobody is judged
  std::mutex mutex_;
  std::vector<std::string> sent_;  // guarded by mutex_
  telemetry::Metrics metrics_{[] { return telemetry::ServerFigures{}; }};
  external::DetectorServer server_;
  std::unique_ptr<external::Detector> detector_;  // its end closes the connections that the server waits for
  std::unique_ptr<QueryPipeline> asking_;
};

TEST_F(ExternalLabelsTest, ALabelStandsBesideTheTextAndIsCountedInTheReceipt) {
  const auto answer = AskAnn();
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("bad", "good"));
  const CleanChunk& bad = answer->context.chunks()[0];
  EXPECT_EQ(bad.text(), kBad);
  ASSERT_THAT(bad.fields->findings, SizeIs(1));
  const ChunkFinding& finding = bad.fields->findings[0];
  EXPECT_EQ(finding.field, "");
  EXPECT_EQ(finding.record.rule, "external.classifier");
  EXPECT_EQ(finding.record.kind, static_cast<uint8_t>(sanitize::Kind::kInjection));
  EXPECT_EQ(finding.record.action, static_cast<uint8_t>(sanitize::Action::kAnnotate));
  EXPECT_EQ(finding.record.text_end, bad.fields->text.size());
  EXPECT_EQ(finding.record.source_end, bad.fields->source_end);
  EXPECT_THAT(finding.record.detail, HasSubstr("0.90"));
  EXPECT_THAT(RulesOf(answer->context.chunks()[1]), IsEmpty());
  EXPECT_EQ(nlohmann::json::parse(ReceiptLines().back()).at("findings"), 1);
  EXPECT_EQ(answer->plan.reruns, 0u);
}

TEST_F(ExternalLabelsTest, WhatLeavesIsSentCleanedOnceAndWithNothingBesides) {
  const std::string token = std::string("ghp_") + "1ZxKq8vPb3LmN5tRw7YdCf2HjS9aEu0N5kXw";
  IncomingDocument document = TextDocument("key", "lunch menu token: " + token, Allow({"user:ann"}));
  document.title = "A secret title";
  Put("docs", std::move(document));
  Put("docs", "not-hers", "lunch menu of the boss", Allow({"user:bob"}));
  ASSERT_THAT(DocumentsOf(Named({"key", "not-hers", "good", "good"})), UnorderedElementsAre("key", "good", "good"));
  ASSERT_THAT(sent(), SizeIs(2));
  for (const std::string& text : sent()) {
    EXPECT_THAT(text, Not(HasSubstr(token)));
    EXPECT_THAT(text, Not(HasSubstr("secret title")));
  }
  ASSERT_THAT(DocumentsOf(Named({"key", "good"})), UnorderedElementsAre("key", "good"));
  EXPECT_EQ(server_.hits(), 1) << "what was judged is remembered";
}

TEST_F(ExternalLabelsTest, ABatchIsOneRequest) {
  BatchQuestion batch;
  batch.collection = "docs";
  batch.queries = {{"lunch menu of the week", 2}, {"lunch menu of the month", 2}, {"lunch of the long year", 3}};
  const auto answer = asking_->BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(server_.hits(), 1);
  EXPECT_THAT(sent(), UnorderedElementsAre(kBad, kGood, kFair));
  size_t labels = 0;
  for (const BatchAnswer::Part& part : answer->parts) labels += part.context.finding_count();
  EXPECT_EQ(labels, 3u) << "it is in every part";
}

TEST_F(ExternalLabelsTest, ALabelIsOfThisAnswerAndNotKeptWithTheChunk) {
  EXPECT_EQ(AskAnn()->context.finding_count(), 1u);
  EXPECT_EQ(Ask("user:ann", "lunch menu of the week", 2)->context.finding_count(), 0u);
  EXPECT_EQ(AskAnn()->context.finding_count(), 1u);
}

TEST_F(ExternalLabelsTest, TextsThatNobodyElseHoldsAreLabelledWhereverTheyAre) {
  std::vector<std::vector<CleanChunk>> parts(2);
  for (std::vector<CleanChunk>& part : parts) {
    for (const char* text : {kBad, kGood}) {
      auto fields = std::make_shared<CleanFields>();
      fields->text = text;
      part.push_back({.fields = std::move(fields)});
    }
  }
  Verification verified;
  verified.strict_search = false;
  ExternalLabels labels(detector_.get(), sanitize::Sanitizer(), clock());
  EXPECT_FALSE(labels.Add(verified, absl::InfiniteFuture(), parts));
  EXPECT_TRUE(labels.Add(verified, absl::InfiniteFuture(), parts));
  for (const std::vector<CleanChunk>& part : parts) {
    EXPECT_THAT(RulesOf(part[0]), ElementsAre("external.classifier"));
    EXPECT_THAT(RulesOf(part[1]), IsEmpty());
  }
  EXPECT_THAT(sent(), ElementsAre(kBad, kGood));
}

TEST_F(ExternalLabelsTest, ADetectorThatIsDownChangesAMetricOnly) {
  Start("http://127.0.0.1:1/judge", absl::Seconds(20));
  ExpectUnchanged(AskAnn());
  ExpectCalls("refused", 1);
}

TEST_F(ExternalLabelsTest, ADetectorThatIsSlowCostsItsTimeoutAndAMetric) {
  const auto opened = std::make_shared<absl::Notification>();
  while_judged = [opened] { opened->WaitForNotification(); };
  Start(server_.url(), absl::Milliseconds(150));
  const absl::Time start = absl::Now();
  ExpectUnchanged(AskAnn());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(140));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  ExpectCalls("timeout", 1);
  opened->Notify();
}

TEST_F(ExternalLabelsTest, ADetectorIsNotWaitedForUntilTheCallIsTooLate) {
  const auto opened = std::make_shared<absl::Notification>();
  while_judged = [opened] { opened->WaitForNotification(); };
  const absl::Time start = absl::Now();
  EXPECT_THAT(DocumentsOf(Named({"bad"}, absl::Seconds(3))), ElementsAre("bad"));
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
  opened->Notify();
}

TEST_F(ExternalLabelsTest, ARevocationWhileTheDetectorJudgesIsObeyedAndTheAnswerIsStillFull) {
  OnceWhileJudged([&] { SetPolicy("docs", "bad", Allow({"user:bob"})); });
  const auto answer = AskAnn();
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("good", "fair"));
  EXPECT_EQ(answer->revision, corpus().revision());
  EXPECT_EQ(asking_->verify_defects(), 0u);
  EXPECT_EQ(server_.hits(), 1) << "a call waits for others once";
}

TEST_F(ExternalLabelsTest, ANamedChunkThatIsRevokedWhileTheDetectorJudgesDoesNotLeave) {
  OnceWhileJudged([&] { SetPolicy("docs", "bad", Allow({"user:bob"})); });
  EXPECT_THAT(DocumentsOf(Named({"bad", "good"})), ElementsAre("good"));
}

TEST_F(ExternalLabelsTest, AnExpiryWhileTheDetectorJudgesIsObeyed) {
  acl::Rule rule{acl::Effect::kAllow, {"user:ann"}};
  rule.expire_time = clock().Now() + absl::Minutes(1);
  SetPolicy("docs", "bad", *acl::CanonicalPolicy(std::nullopt, {rule}));
  OnceWhileJudged([&] { clock().Advance(absl::Minutes(1)); });
  EXPECT_THAT(DocumentsOf(AskAnn()), ElementsAre("good", "fair"));
}

TEST_F(ExternalLabelsTest, ADuplicateThatIsRevokedWhileTheDetectorJudgesIsNotNamed) {
  const std::string text = "lunch menu of the week with soup and bread and butter and tea for all of us here";
  Put("docs", "twin-a", text, Allow({"user:ann"}));
  Put("docs", "twin-b", text, Allow({"user:ann"}));
  SearchQuestion question = Question(text, 2);
  question.diversity.collapse_near_duplicates = true;
  const auto plain = queries().Search(As("user:ann"), question);
  ASSERT_THAT(DocumentsOf(plain), SizeIs(2));
  ASSERT_THAT(plain->context.chunks()[0].near_duplicates, ElementsAre(HasSubstr("twin")));
  const std::string revoked = corpus::ParseChunkName(plain->context.chunks()[0].near_duplicates[0])->document;
  OnceWhileJudged([&] { SetPolicy("docs", revoked, Allow({"user:bob"})); });
  const auto answer = asking_->Search(As("user:ann"), question);
  EXPECT_EQ(DocumentsOf(answer), DocumentsOf(plain));
  EXPECT_THAT(answer->context.chunks()[0].near_duplicates, IsEmpty());
}

TEST_F(ExternalLabelsTest, WritesThatGoOnWhileTheDetectorJudgesDoNotKeepTheCallWaiting) {
  int written = 0;
  while_judged = [&] { Put("docs", absl::StrCat("new-", written++), kBad, Allow({"user:ann"})); };
  const auto answer = AskAnn(1);
  EXPECT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(server_.hits(), 1);
}

TEST_F(ExternalLabelsTest, StrictCollectionsAreNeverAskedAboutOrLabelled) {
  EXPECT_EQ(AskAnn()->context.finding_count(), 1u);
  const int hits = server_.hits();
  ASSERT_TRUE(corpus().UpdateCollection(Context(), "docs", {true}, "").ok());
  Put("docs", "new", "attack 0.9: lunch menu of the night", Allow({"user:ann"}));
  EXPECT_EQ(AskAnn(4)->context.finding_count(), 0u);
  EXPECT_EQ(Named({"new", "bad"})->context.finding_count(), 0u);
  EXPECT_EQ(server_.hits(), hits);
}

TEST_F(ExternalLabelsTest, APolicyKeepsTextsAwayFromTheDetector) {
  const tests::TemporaryFolder folder;
  std::ofstream(folder.path() + "/default.yaml") << "version: 1\nexternal_detectors: false\n";
  const auto set = sanitize::PolicySet::Open(folder.path(), std::string(32, 'k'));
  ASSERT_TRUE(set.ok()) << set.status();
  asking_ = MakePipeline(&embedder(), **set, detector_.get());
  EXPECT_EQ(AskAnn()->context.finding_count(), 0u);
  EXPECT_EQ(Named({"bad"})->context.finding_count(), 0u);
  EXPECT_EQ(server_.hits(), 0);
}

TEST_F(ExternalLabelsTest, WhatThePolicyKeepsBackIsNotSent) {
  const tests::TemporaryFolder folder;
  std::ofstream(folder.path() + "/default.yaml") << "version: 1\ncanaries: [\"0.9: lunch\"]\n";
  const auto set = sanitize::PolicySet::Open(folder.path(), std::string(32, 'k'));
  ASSERT_TRUE(set.ok()) << set.status();
  asking_ = MakePipeline(&embedder(), **set, detector_.get());
  EXPECT_THAT(DocumentsOf(AskAnn()), ElementsAre("good", "fair"));
  EXPECT_THAT(sent(), UnorderedElementsAre(kGood, kFair));
}

}  // namespace
}  // namespace usher::pipeline
