// When a failing service is asked again, what is remembered, and what becomes a finding.
#include <gtest/gtest.h>

#include "server/sanitize/external/circuit_breaker.h"
#include "server/sanitize/external/label.h"
#include "server/sanitize/external/score_cache.h"

namespace usher::sanitize::external {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

TEST(CircuitBreakerTest, OpensAfterFailuresInARowOnly) {
  CircuitBreaker breaker(3, absl::Seconds(10));
  EXPECT_FALSE(breaker.Failed(kStart));
  EXPECT_FALSE(breaker.Failed(kStart));
  breaker.Succeeded();
  EXPECT_FALSE(breaker.Failed(kStart));
  EXPECT_FALSE(breaker.Failed(kStart));
  EXPECT_TRUE(breaker.Allow(kStart));
  EXPECT_FALSE(breaker.IsOpen(kStart));
  EXPECT_TRUE(breaker.Failed(kStart));
  EXPECT_TRUE(breaker.IsOpen(kStart + absl::Seconds(9)));
  EXPECT_FALSE(breaker.Allow(kStart + absl::Seconds(9)));
}

TEST(CircuitBreakerTest, LetsOneProbeThroughAPauseUntilOneSucceeds) {
  CircuitBreaker breaker(1, absl::Seconds(10));
  EXPECT_TRUE(breaker.Failed(kStart));
  EXPECT_FALSE(breaker.IsOpen(kStart + absl::Seconds(10))) << "looking is no probe";
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(10)));
  EXPECT_FALSE(breaker.Allow(kStart + absl::Seconds(10)));
  EXPECT_FALSE(breaker.Failed(kStart + absl::Seconds(11))) << "it was open already";
  EXPECT_FALSE(breaker.Allow(kStart + absl::Seconds(20)));
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(21)));
  breaker.Succeeded();
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(21)));
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(21)));
}

TEST(CircuitBreakerTest, AProbeThatNeverReportsDoesNotKeepItOpen) {
  CircuitBreaker breaker(1, absl::Seconds(10));
  breaker.Failed(kStart);
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(10)));
  EXPECT_TRUE(breaker.Allow(kStart + absl::Seconds(20)));
}

TEST(CircuitBreakerTest, AClockThatStepsBackProlongsNoPause) {
  CircuitBreaker breaker(1, absl::Seconds(10));
  breaker.Failed(kStart);
  EXPECT_FALSE(breaker.Allow(kStart - absl::Hours(1)));
  EXPECT_TRUE(breaker.Allow(kStart - absl::Hours(1) + absl::Seconds(10)));
}

TEST(ScoreCacheTest, ForgetsWhatWasNotUsedForLongest) {
  ScoreCache cache(2, absl::Hours(1));
  cache.Keep("a", 0.1, kStart);
  cache.Keep("b", 0.2, kStart);
  EXPECT_EQ(cache.Find("a", kStart), 0.1);
  cache.Keep("c", 0.3, kStart);
  EXPECT_EQ(cache.Find("b", kStart), std::nullopt);
  EXPECT_EQ(cache.Find("a", kStart), 0.1);
  EXPECT_EQ(cache.Find("c", kStart), 0.3);
}

TEST(ScoreCacheTest, ANewerScoreReplacesTheOldOne) {
  ScoreCache cache(2, absl::Hours(1));
  cache.Keep("a", 0.1, kStart);
  cache.Keep("a", 0.9, kStart);
  cache.Keep("b", 0.2, kStart);
  EXPECT_EQ(cache.Find("a", kStart), 0.9);
  EXPECT_EQ(cache.Find("b", kStart), 0.2);
}

TEST(ScoreCacheTest, ForgetsWhatIsOld) {
  ScoreCache cache(2, absl::Hours(1));
  cache.Keep("a", 0.1, kStart);
  EXPECT_EQ(cache.Find("a", kStart + absl::Minutes(60)), 0.1);
  EXPECT_EQ(cache.Find("a", kStart + absl::Minutes(61)), std::nullopt);
}

TEST(LabelTest, AFlaggedTextIsAnnotatedAsAWhole) {
  const auto finding = ToFinding("external.lakera", {true, true, 0.973}, 120, 100);
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(finding->rule, "external.lakera");
  EXPECT_EQ(finding->kind, Kind::kInjection);
  EXPECT_EQ(finding->action, Action::kAnnotate);
  EXPECT_EQ(finding->source.end, 120u);
  EXPECT_EQ(finding->clean.end, 100u);
  EXPECT_EQ(finding->detail, "score 0.97");
}

TEST(LabelTest, WhatWasNotJudgedOrNotFlaggedIsNoFinding) {
  EXPECT_FALSE(ToFinding("external.lakera", {false, true, 1}, 1, 1).has_value());
  EXPECT_FALSE(ToFinding("external.lakera", {true, false, 0.4}, 1, 1).has_value());
}

}  // namespace
}  // namespace usher::sanitize::external
