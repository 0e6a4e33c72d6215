// What is counted, and that nothing else shows in it.
#include "server/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>
#include <string>

#include "tests/server/telemetry_text.h"

namespace usher::telemetry {
namespace {

TEST(AccessShapeTest, ASharesStepIsTheSmallestThatHoldsIt) {
  const auto label = [](uint64_t authorized) { return kShareSteps[ShapeOf("runs", authorized, 10'000)->share].label; };
  EXPECT_EQ(label(1), "0.001");
  EXPECT_EQ(label(10), "0.001");
  EXPECT_EQ(label(11), "0.01");
  EXPECT_EQ(label(100), "0.01");
  EXPECT_EQ(label(1'000), "0.1");
  EXPECT_EQ(label(1'001), "0.5");
  EXPECT_EQ(label(5'001), "1");
  EXPECT_EQ(label(10'000), "1");
}

TEST(AccessShapeTest, PathsThatMissNothingHaveNone) {
  EXPECT_FALSE(ShapeOf("exact", 1, 1).has_value());
  EXPECT_FALSE(ShapeOf("graph+exact", 1, 1).has_value());
  for (const std::string_view path : kApproximatePaths) {
    ASSERT_TRUE(ShapeOf(path, 1, 1).has_value()) << path;
    EXPECT_EQ(kApproximatePaths[ShapeOf(path, 1, 1)->path], path);
  }
}

class MetricsTest : public testing::Test {
 protected:
  double Value(const std::string& series) const { return SeriesValue(metrics_.Text(), series); }

  ServerFigures figures_;
  Metrics metrics_{[this] { return figures_; }};
};

TEST_F(MetricsTest, EverySeriesIsThereBeforeAnythingHappened) {
  for (const std::string_view path : kApproximatePaths) {
    for (const ShareStep& step : kShareSteps) {
      EXPECT_EQ(Value(absl::StrCat("usher_search_recall_count{path=\"", std::string(path), "\",share=\"",
                                   std::string(step.label), "\"}")),
                0);
    }
  }
  EXPECT_EQ(Value("usher_search_queries_total{outcome=\"ok\"}"), 0);
  EXPECT_EQ(Value("usher_search_queries_total{outcome=\"unauthenticated\"}"), 0);
  EXPECT_EQ(Value("usher_searches_total{path=\"graph+exact\"}"), 0);
  EXPECT_EQ(Value("usher_recall_samples_total{fate=\"dropped\"}"), 0);
  EXPECT_EQ(Value("usher_detector_calls_total{outcome=\"busy\"}"), 0);
  EXPECT_EQ(Value("usher_verify_defects_total"), 0);
}

TEST_F(MetricsTest, RequestsToADetectorAreCountedByHowTheyEnded) {
  metrics_.CountDetectorCall(DetectorOutcome::kLabelled);
  metrics_.CountDetectorCall(DetectorOutcome::kBusy);
  metrics_.CountDetectorCall(DetectorOutcome::kBusy);
  EXPECT_EQ(Value("usher_detector_calls_total{outcome=\"labelled\"}"), 1);
  EXPECT_EQ(Value("usher_detector_calls_total{outcome=\"busy\"}"), 2);
  EXPECT_EQ(Value("usher_detector_calls_total{outcome=\"open\"}"), 0);
}

TEST_F(MetricsTest, CallsAreCountedByTheirOutcomeAndQueriesAndOnceInTheirDuration) {
  metrics_.CountCall(absl::StatusCode::kOk, 3, absl::Milliseconds(4));
  metrics_.CountCall(absl::StatusCode::kNotFound, 1, absl::Milliseconds(40));
  EXPECT_EQ(Value("usher_search_queries_total{outcome=\"ok\"}"), 3);
  EXPECT_EQ(Value("usher_search_queries_total{outcome=\"not_found\"}"), 1);
  EXPECT_EQ(Value("usher_search_duration_seconds_count"), 2);
  EXPECT_EQ(Value("usher_search_duration_seconds_bucket{le=\"0.005\"}"), 1);
  EXPECT_NEAR(Value("usher_search_duration_seconds_sum"), 0.044, 1e-9);
}

TEST_F(MetricsTest, ACodeThatAbseilDoesNotNameIsUnknown) {
  metrics_.CountCall(static_cast<absl::StatusCode>(99), 1, absl::ZeroDuration());
  EXPECT_EQ(Value("usher_search_queries_total{outcome=\"unknown\"}"), 1);
}

TEST_F(MetricsTest, SearchesAreCountedByPathAndWhatTheyScanned) {
  metrics_.CountSearch("exact", 100);
  metrics_.CountSearch("graph+exact", 20);
  metrics_.CountSearch("a path of tomorrow", 3);
  EXPECT_EQ(Value("usher_searches_total{path=\"exact\"}"), 1);
  EXPECT_EQ(Value("usher_searches_total{path=\"graph+exact\"}"), 1);
  EXPECT_EQ(Value("usher_searches_total{path=\"other\"}"), 1);
  EXPECT_EQ(Value("usher_search_scanned_chunks_total"), 123);
}

TEST_F(MetricsTest, RecallIsSummedByShareAndPath) {
  metrics_.CountRecall(*ShapeOf("cells", 40, 100), 0.5);
  metrics_.CountRecall(*ShapeOf("cells", 30, 100), 1);
  metrics_.CountRecall(*ShapeOf("graph", 100, 100), 0.9);
  EXPECT_EQ(Value("usher_search_recall_sum{path=\"cells\",share=\"0.5\"}"), 1.5);
  EXPECT_EQ(Value("usher_search_recall_count{path=\"cells\",share=\"0.5\"}"), 2);
  EXPECT_EQ(Value("usher_search_recall_count{path=\"graph\",share=\"1\"}"), 1);
}

TEST_F(MetricsTest, WhatOthersCountIsReadAnewEachTime) {
  figures_ = {.verify_defects = 1,
              .index = {.shape = {.segments = 2, .head_rows = 3, .live_rows = 4}, .maintenance_jobs = 5}};
  EXPECT_EQ(Value("usher_verify_defects_total"), 1);
  EXPECT_EQ(Value("usher_index_segments"), 2);
  EXPECT_EQ(Value("usher_index_head_rows"), 3);
  EXPECT_EQ(Value("usher_index_live_rows"), 4);
  EXPECT_EQ(Value("usher_index_maintenance_jobs_total"), 5);
  figures_.index.shape.live_rows = 40;
  EXPECT_EQ(Value("usher_index_live_rows"), 40);
}

TEST_F(MetricsTest, LabelsAreOfFewKinds) {
  metrics_.CountSearch("no\"such\npath", 1);
  const std::string text = metrics_.Text();
  std::set<std::string> names;
  const RE2 label("[{,]([a-z_]+)=\"");
  re2::StringPiece rest(text);
  for (std::string name; RE2::FindAndConsume(&rest, label, &name);) names.insert(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("outcome", "path", "fate", "share", "le"));
  EXPECT_EQ(text.find("such"), std::string::npos);
}

}  // namespace
}  // namespace usher::telemetry
