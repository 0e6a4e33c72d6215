// Searching by cells: nothing is lost where it may not be, little where it may, however rows cluster within cells.
#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/kernels/dot.h"
#include "index/score_tail.h"
#include "index/segment.h"
#include "tests/index/prefer_path.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using testing::Entitled;

constexpr size_t kDimension = 64;
constexpr uint32_t kDocuments = 1'200;
constexpr uint32_t kParts = 10;  // rows of one document
constexpr uint32_t kRows = kDocuments * kParts;
constexpr uint32_t kClasses = 30;
constexpr size_t kWanted = 10;

// Parts of a document are near each other, but their topic is one of few and their cells are many.
class CellSearchTest : public ::testing::Test {
 protected:
  CellSearchTest() : values_(kRows * kDimension) {
    const std::vector<float> topics = testing::RandomRows(random_, 12, kDimension);
    const std::vector<float> documents = testing::RandomRows(random_, kDocuments, kDimension);
    const std::vector<float> parts = testing::RandomRows(random_, kRows, kDimension);
    for (uint32_t row = 0; row < kRows; ++row) {
      const uint32_t document = row / kParts;
      for (size_t i = 0; i < kDimension; ++i) {
        values_.data()[row * kDimension + i] = 0.4f * topics[document % 12 * kDimension + i] +
                                               0.6f * documents[document * kDimension + i] +
                                               0.7f * parts[row * kDimension + i];
      }
    }
    std::vector<SourceRow> rows;
    for (uint32_t row = 0; row < kRows; ++row) {
      rows.push_back({values_.data() + row * kDimension, {acl::DocumentVersion(row + 1), 0}, ClassOf(row)});
    }
    view_.sealed = SealedSegment::Build(kDimension, rows, testing::Prefer(Path::kCells, kRows), {}).value();
    std::vector<acl::ClassId> classes;
    for (const RowKey& key : view_.sealed->keys()) {
      classes.push_back(ClassOf(static_cast<uint32_t>(key.version.value() - 1)));
    }
    view_.classes = ClassMap(classes);
  }

  static acl::ClassId ClassOf(uint32_t row) { return acl::ClassId(row / kParts % kClasses); }

  // Versions of the best, by cells and by looking at all rows.
  std::vector<uint64_t> Found(const float* query, const acl::Entitlement& entitlement, size_t wanted,
                              const CellSearch& search) {
    TopK best(wanted);
    SearchBudget budget(absl::InfiniteFuture(), not_cancelled_);
    Scanner scanner(query, kDimension, entitlement, &budget, &best);
    EXPECT_TRUE(view_.ScanCells(entitlement, search, &scanner).ok());
    scanner.Finish();
    scanned_ += scanner.scanned();
    std::vector<uint64_t> versions;
    for (const Candidate& candidate : best.TakeSorted()) versions.push_back(candidate.key.version.value());
    return versions;
  }
  std::vector<uint64_t> Best(const float* query, const acl::Entitlement& entitlement, size_t wanted) const {
    std::vector<std::pair<float, uint64_t>> scores;
    for (uint32_t row = 0; row < kRows; ++row) {
      if (!entitlement.Contains(ClassOf(row))) continue;
      scores.push_back({-Dot(query, values_.data() + row * kDimension, kDimension), row + 1});
    }
    std::sort(scores.begin(), scores.end());
    std::vector<uint64_t> versions;
    for (size_t i = 0; i < std::min(wanted, scores.size()); ++i) versions.push_back(scores[i].second);
    return versions;
  }

  std::mt19937 random_{20};
  AlignedFloats values_;
  SegmentView view_;
  uint64_t scanned_ = 0;
  const std::function<bool()> not_cancelled_;
};

TEST_F(CellSearchTest, WhereNothingMayBeMissedEveryAuthorizedRowIsOfferedOnce) {
  for (const uint32_t classes : {1u, 7u, kClasses}) {
    std::vector<uint32_t> ids;
    for (uint32_t id = 0; id < classes; ++id) ids.push_back(id * kClasses / classes);
    const acl::Entitlement entitlement = Entitled(ids);
    std::vector<uint64_t> all = Best(values_.data(), entitlement, kRows);
    std::vector<uint64_t> found =
        Found(values_.data(), entitlement, kRows, {.authorized = static_cast<double>(all.size())});
    std::sort(all.begin(), all.end());
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, all) << classes;
  }
}

TEST_F(CellSearchTest, PartsOfTheDocumentAskedForAreFoundInWhateverCellTheyLie) {
  std::vector<uint32_t> ids;
  for (uint32_t id = 0; id < kClasses; id += 2) ids.push_back(id);
  const acl::Entitlement entitlement = Entitled(ids);
  size_t right = 0;
  constexpr size_t kQueries = 200;
  const std::vector<float> noise = testing::RandomRows(random_, kQueries, kDimension);
  AlignedFloats query(kDimension);
  for (size_t q = 0; q < kQueries; ++q) {
    const float* row = values_.data() + random_() % (kRows / kParts / 2) * 2 * kParts * kDimension;
    for (size_t i = 0; i < kDimension; ++i) query.data()[i] = row[i] + 0.7f * noise[q * kDimension + i];
    const std::vector<uint64_t> best = Best(query.data(), entitlement, kWanted);
    for (const uint64_t version :
         Found(query.data(), entitlement, kWanted, {.authorized = kRows / 2.0, .may_miss = 0.05})) {
      right += std::count(best.begin(), best.end(), version);
    }
  }
  EXPECT_GE(static_cast<double>(right) / (kQueries * kWanted), 0.99);
  EXPECT_LT(scanned_, kQueries * kRows / 2 * 9 / 10) << "cells save reading";
}

TEST(ScoreTailTest, TellsTheShareAboveAStepOfEachPartAndNothingBeyondTheHighest) {
  ScoreTail::Measure measure;
  for (int i = 0; i < 97; ++i) measure.Add(2, -1);
  for (int i = 0; i < 2; ++i) measure.Add(2, 5.1);
  measure.Add(2, 40);
  measure.Add(3, 1);
  const ScoreTail tail = measure.Take();
  EXPECT_EQ(tail.Above(2, -50), 1);
  EXPECT_DOUBLE_EQ(tail.Above(2, -1.1), 1);
  EXPECT_DOUBLE_EQ(tail.Above(2, 0), double{0.03f});
  EXPECT_DOUBLE_EQ(tail.Above(2, 5), double{0.03f});
  EXPECT_DOUBLE_EQ(tail.Above(2, 5.3), double{0.01f});
  EXPECT_EQ(tail.Above(2, 20), 0);
  EXPECT_EQ(tail.Above(2, std::nan("")), 0);
  EXPECT_EQ(tail.Above(3, 0), 1);
  EXPECT_EQ(tail.Above(1, 0), 0) << "nothing was measured";
  const ScoreTail copy(tail.shares());
  for (double at = -5; at < 17; at += 0.1) EXPECT_EQ(copy.Above(2, at), tail.Above(2, at));
}

TEST(ScoreTailTest, PartsHalveFromTheFarCellsToTheNear) {
  EXPECT_EQ(ScoreTail::PartOf(0, 320), 0u);
  EXPECT_EQ(ScoreTail::PartOf(9, 320), 0u);
  EXPECT_EQ(ScoreTail::PartOf(10, 320), 1u);
  EXPECT_EQ(ScoreTail::PartOf(159, 320), 4u);
  EXPECT_EQ(ScoreTail::PartOf(160, 320), 5u);
  EXPECT_EQ(ScoreTail::PartOf(319, 320), 5u);
  EXPECT_EQ(ScoreTail::PartOf(1, 2), 5u);
}

}  // namespace
}  // namespace usher::index
