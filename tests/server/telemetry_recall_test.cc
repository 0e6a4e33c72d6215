// Live recall: what is sampled, for how long it is kept, and that the figure is the right one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "server/telemetry/recall_sampler.h"
#include "tests/index/prefer_path.h"
#include "tests/index/vector_index_fixture.h"
#include "tests/server/telemetry_text.h"

namespace usher::telemetry {
namespace {

using index::Candidate;
using index::SearchMode;
using index::SearchResult;
using index::testing::Entitled;
using index::testing::RandomRows;

constexpr int kDimension = 64;
constexpr uint64_t kRows = 2'000;
constexpr int kWanted = 10;
// Half of the chunks may be found.
constexpr char kShape[] = "{path=\"graph\",share=\"0.5\"}";

Candidate Row(uint64_t version, float score) { return {{acl::DocumentVersion(version), 0}, score}; }

TEST(RecallOfTest, IsTheShareOfTheBestThatWasFound) {
  const std::vector<Candidate> best = {Row(1, 0.9f), Row(2, 0.8f), Row(3, 0.7f), Row(4, 0.6f)};
  EXPECT_EQ(RecallOf(best, best), 1);
  EXPECT_EQ(RecallOf({Row(1, 0.9f), Row(3, 0.7f), Row(5, 0.5f), Row(6, 0.4f)}, best), 0.5);
  EXPECT_EQ(RecallOf({}, best), 0);
}

TEST(RecallOfTest, WhatScoresLikeTheLastIsAsGood) {
  const std::vector<Candidate> best = {Row(1, 0.9f), Row(2, 0.8f)};
  EXPECT_EQ(RecallOf({Row(1, 0.9f), Row(7, 0.8f)}, best), 1);
}

// Searches walk along a graph of random rows, of which half may not be found.
class RecallSamplerTest : public testing::Test {
 protected:
  static std::unique_ptr<index::VectorIndex> MakeIndex() {
    auto made = std::make_unique<index::VectorIndex>(kDimension, index::testing::Prefer(index::Path::kGraph, kRows));
    std::mt19937 random(1);
    for (uint64_t version = 1; version <= kRows; ++version) {
      made->Insert(acl::DocumentVersion(version), acl::ClassId(version % 2), RandomRows(random, 1, kDimension));
    }
    EXPECT_GT(index::testing::RunMaintenance(made.get()), 0);
    return made;
  }
  static void SetUpTestSuite() { index_ = MakeIndex().release(); }
  static void TearDownTestSuite() { delete std::exchange(index_, nullptr); }

  struct Searched {
    std::vector<float> vector;
    std::shared_ptr<const index::IndexSnapshot> snapshot;
    SearchResult result;
  };
  static index::Query QueryOf(const Searched& searched, SearchMode mode = SearchMode::kAutomatic) {
    index::Query query;
    query.vector = searched.vector;
    query.k = kWanted;
    query.mode = mode;
    return query;
  }
  Searched Search(SearchMode mode = SearchMode::kAutomatic) {
    Searched searched{RandomRows(random_, 1, kDimension), index_->Snapshot(), {}};
    searched.result = Repeat(searched, mode);
    return searched;
  }
  SearchResult Repeat(const Searched& searched, SearchMode mode) const {
    const auto result = searched.snapshot->Search(QueryOf(searched, mode), *entitlement_);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.value_or(SearchResult{});
  }
  void Offer(RecallSampler& sampler, const Searched& searched) const {
    sampler.Offer(QueryOf(searched), searched.snapshot, entitlement_, searched.result);
  }

  double Value(const std::string& series) const { return SeriesValue(metrics_.Text(), series); }
  double Fate(const std::string& fate) const {
    return Value(absl::StrCat("usher_recall_samples_total{fate=\"", fate, "\"}"));
  }
  double RecallCount() const { return Value(absl::StrCat("usher_search_recall_count", kShape)); }
  double RecallSum() const { return Value(absl::StrCat("usher_search_recall_sum", kShape)); }

  static RecallOptions Always(size_t most_kept = 100, absl::Duration max_age = absl::Hours(1)) {
    return {.sample_share = 1, .most_kept = most_kept, .max_age = max_age};
  }

  std::mt19937 random_{2};
  inline static index::VectorIndex* index_ = nullptr;  // no test changes it; making it takes seconds
  const std::shared_ptr<const acl::Entitlement> entitlement_ = std::make_shared<acl::Entitlement>(Entitled({1}));
  Metrics metrics_{[] { return ServerFigures{}; }};
};

TEST_F(RecallSamplerTest, TheMeasuredRecallIsThatOfTheSearches) {
  RecallSampler sampler(Always(), &metrics_);
  double expected = 0;
  constexpr int kSearches = 20;
  for (int i = 0; i < kSearches; ++i) {
    Searched searched = Search();
    ASSERT_EQ(searched.result.path, "graph");
    // Of so few rows the walk may find all of the best, so that some searches are made to lose theirs.
    auto& found = searched.result.candidates;
    found.erase(found.begin(), found.begin() + i % 3);
    expected += RecallOf(searched.result.candidates, Repeat(searched, SearchMode::kExact).candidates);
    Offer(sampler, searched);
  }
  ASSERT_LT(expected, kSearches) << "the searches must miss something for this test to tell anything";
  while (sampler.MeasureNext({})) {
  }
  EXPECT_EQ(RecallCount(), kSearches);
  EXPECT_NEAR(RecallSum(), expected, 1e-9);
  EXPECT_EQ(Fate("compared"), kSearches);
}

TEST_F(RecallSamplerTest, AResultThatLostItsBestHasLessRecall) {
  RecallSampler sampler(Always(), &metrics_);
  Searched searched = Search();
  searched.result.candidates = Repeat(searched, SearchMode::kExact).candidates;
  searched.result.candidates.erase(searched.result.candidates.begin(), searched.result.candidates.begin() + 2);
  Offer(sampler, searched);
  EXPECT_TRUE(sampler.MeasureNext({}));
  EXPECT_NEAR(RecallSum(), 0.8, 1e-9);
}

TEST_F(RecallSamplerTest, ExactSearchesAreNotSampled) {
  RecallSampler sampler(Always(), &metrics_);
  Offer(sampler, Search(SearchMode::kExact));
  EXPECT_FALSE(sampler.MeasureNext({}));
}

TEST_F(RecallSamplerTest, AboutTheShareThatWasSetIsChosen) {
  RecallSampler sampler({.sample_share = 0.25, .most_kept = 0}, &metrics_);
  const Searched searched = Search();
  for (int i = 0; i < 4'000; ++i) Offer(sampler, searched);
  EXPECT_NEAR(Fate("dropped"), 1'000, 150);
}

TEST_F(RecallSamplerTest, AShareOfZeroChoosesNothing) {
  RecallSampler sampler({.sample_share = 0}, &metrics_);
  const Searched searched = Search();
  for (int i = 0; i < 1'000; ++i) Offer(sampler, searched);
  EXPECT_FALSE(sampler.MeasureNext({}));
  EXPECT_EQ(Fate("dropped"), 0);
}

TEST_F(RecallSamplerTest, WhatFindsNoRoomIsDroppedAndCounted) {
  RecallSampler sampler(Always(3), &metrics_);
  const Searched searched = Search();
  for (int i = 0; i < 10; ++i) Offer(sampler, searched);
  EXPECT_EQ(Fate("dropped"), 7);
  while (sampler.MeasureNext({})) {
  }
  EXPECT_EQ(Fate("compared"), 3);
}

TEST_F(RecallSamplerTest, WhatWaitedTooLongIsLetGoWithItsSnapshotAndNotMeasured) {
  RecallSampler sampler(Always(4, absl::ZeroDuration()), &metrics_);
  std::weak_ptr<const index::IndexSnapshot> snapshot;
  {
    const Searched searched = Search();
    snapshot = searched.snapshot;
    Offer(sampler, searched);
  }
  EXPECT_FALSE(snapshot.expired());
  sampler.DropExpired();
  EXPECT_TRUE(snapshot.expired());
  EXPECT_EQ(Fate("expired"), 1);
  EXPECT_FALSE(sampler.MeasureNext({}));
  EXPECT_EQ(RecallCount(), 0);
}

TEST_F(RecallSamplerTest, AMeasuredSampleHoldsItsSnapshotNoLonger) {
  RecallSampler sampler(Always(), &metrics_);
  std::weak_ptr<const index::IndexSnapshot> snapshot;
  {
    const Searched searched = Search();
    snapshot = searched.snapshot;
    Offer(sampler, searched);
  }
  sampler.DropExpired();
  EXPECT_FALSE(snapshot.expired());
  EXPECT_TRUE(sampler.MeasureNext({}));
  EXPECT_TRUE(snapshot.expired());
}

TEST_F(RecallSamplerTest, WritesAfterTheSearchAreNoMisses) {
  RecallSampler sampler(Always(), &metrics_);
  const std::unique_ptr<index::VectorIndex> index = MakeIndex();
  Searched searched = Search();
  searched.snapshot = index->Snapshot();
  searched.result.candidates = Repeat(searched, SearchMode::kExact).candidates;
  Offer(sampler, searched);
  for (uint64_t version = kRows + 1; version <= kRows + 100; ++version) {
    index->Insert(acl::DocumentVersion(version), acl::ClassId(1), searched.vector);
  }
  for (uint64_t version = 1; version <= kRows / 2; ++version) index->Remove(acl::DocumentVersion(version));
  EXPECT_TRUE(sampler.MeasureNext({}));
  EXPECT_EQ(RecallSum(), 1);
}

TEST_F(RecallSamplerTest, TheQuerysFilterIsRepeatedAfterItsOwnerIsGone) {
  RecallSampler sampler(Always(), &metrics_);
  Searched searched = Search();
  {
    const fields::Filter nothing = fields::Filter::Exists("colour");
    index::Query query = QueryOf(searched);
    query.filter = &nothing;
    sampler.Offer(query, searched.snapshot, entitlement_, searched.result);
  }
  EXPECT_TRUE(sampler.MeasureNext({}));
  EXPECT_EQ(Fate("failed"), 1) << "no chunk has a colour, so the exact search must have found nothing to compare with";
}

TEST_F(RecallSamplerTest, AMeasurementThatIsToldToStopIsCountedAsFailed) {
  RecallSampler sampler(Always(), &metrics_);
  Offer(sampler, Search());
  EXPECT_TRUE(sampler.MeasureNext([] { return true; }));
  EXPECT_EQ(Fate("failed"), 1);
  EXPECT_EQ(RecallCount(), 0);
}

TEST_F(RecallSamplerTest, TheWorkerMeasuresUnasked) {
  RecallSampler sampler(Always(), &metrics_);
  const IdleWorker worker(RecallDuty(&sampler));
  Offer(sampler, Search());
  for (const absl::Time end = absl::Now() + absl::Seconds(30); Fate("compared") < 1 && absl::Now() < end;) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(Fate("compared"), 1);
}

TEST_F(RecallSamplerTest, TheWorkerLetsGoOfWhatIsTooOld) {
  RecallSampler sampler(Always(4, absl::ZeroDuration()), &metrics_);
  const IdleWorker worker(RecallDuty(&sampler));
  Offer(sampler, Search());
  for (const absl::Time end = absl::Now() + absl::Seconds(30); Fate("expired") < 1 && absl::Now() < end;) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_EQ(Fate("expired"), 1);
}

}  // namespace
}  // namespace usher::telemetry
