#include "index/faiss_graph.h"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/kernels/dot.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

constexpr int kDimension = 32;
constexpr uint32_t kRows = 4'000;

class FaissGraphTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::mt19937 random(1);
    const std::vector<float> values = testing::RandomRows(random, kRows, kDimension);
    rows_ = new AlignedFloats(values.size());
    std::copy(values.begin(), values.end(), rows_->data());
    graph_ = FaissGraph::Build({rows_->data(), kDimension, kRows}, {}).value().release();
  }
  static void TearDownTestSuite() {
    delete graph_;
    delete rows_;
  }

  static std::vector<uint32_t> Best(const float* query, int k, absl::FunctionRef<bool(uint32_t)> allowed) {
    std::vector<std::pair<float, uint32_t>> scored;
    for (uint32_t i = 0; i < kRows; ++i) {
      if (allowed(i)) scored.emplace_back(-Dot(query, rows_->data() + size_t{i} * kDimension, kDimension), i);
    }
    std::sort(scored.begin(), scored.end());
    std::vector<uint32_t> best;
    for (int i = 0; i < k; ++i) best.push_back(scored[static_cast<size_t>(i)].second);
    return best;
  }

  // Mean share of the best 10 found at this width, over 50 queries.
  static double Recall(int ef, absl::FunctionRef<bool(uint32_t)> allowed) {
    std::mt19937 random(2);
    int found = 0;
    for (int q = 0; q < 50; ++q) {
      const std::vector<float> query = testing::RandomRows(random, 1, kDimension);
      const std::vector<uint32_t> best = Best(query.data(), 10, allowed);
      const auto result = graph_->Search(query.data(), 10, ef, allowed);
      for (const FaissGraph::Hit& hit : result->hits) {
        found += static_cast<int>(std::count(best.begin(), best.end(), hit.row));
      }
    }
    return found / 500.0;
  }

  static inline AlignedFloats* rows_ = nullptr;
  static inline FaissGraph* graph_ = nullptr;
};

bool Everything(uint32_t) { return true; }

TEST_F(FaissGraphTest, FindsNearlyAllOfTheBest) { EXPECT_GT(Recall(128, Everything), 0.95); }

// FAISS ignores a search's efSearch above the graph's own, which is 16 unless it is set.
TEST_F(FaissGraphTest, AWiderSearchFindsMore) {
  EXPECT_GT(Recall(FaissGraph::kMaxEf, Everything), 0.98);
  EXPECT_GT(Recall(FaissGraph::kMaxEf, Everything), Recall(16, Everything) + 0.05);
}

TEST_F(FaissGraphTest, ReturnsOnlyAllowedRowsHoweverFew) {
  std::mt19937 random(3);
  const auto allowed = [](uint32_t row) { return row % 20 == 7; };
  for (int q = 0; q < 100; ++q) {
    const std::vector<float> query = testing::RandomRows(random, 1, kDimension);
    const auto result = graph_->Search(query.data(), 200, 256, allowed);
    ASSERT_TRUE(result.ok());
    for (const FaissGraph::Hit& hit : result->hits) EXPECT_EQ(hit.row % 20, 7u);
    EXPECT_GE(result->allowed_rows_seen, result->hits.size());
  }
}

TEST_F(FaissGraphTest, ReturnsNothingWhenNothingIsAllowed) {
  const auto result = graph_->Search(rows_->data(), 10, 64, [](uint32_t) { return false; });
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->hits, ::testing::IsEmpty());
}

// The judge may change its mind: what it said first does not bind what leaves.
TEST_F(FaissGraphTest, AsksOnceMoreBeforeARowLeaves) {
  int asked = 0;
  int until = std::numeric_limits<int>::max();
  const auto allowed = [&](uint32_t) { return ++asked <= until; };
  const auto first = graph_->Search(rows_->data(), 10, 64, allowed);
  ASSERT_EQ(first->hits.size(), 10u);
  until = asked - 10;
  asked = 0;
  const auto second = graph_->Search(rows_->data(), 10, 64, allowed);
  EXPECT_THAT(second->hits, ::testing::IsEmpty());
}

TEST_F(FaissGraphTest, NoRowComesTwiceAndScoresAreExact) {
  std::mt19937 random(4);
  const std::vector<float> query = testing::RandomRows(random, 1, kDimension);
  const auto result = graph_->Search(query.data(), 100, 200, Everything);
  std::set<uint32_t> rows;
  for (const FaissGraph::Hit& hit : result->hits) {
    EXPECT_TRUE(rows.insert(hit.row).second);
    EXPECT_EQ(hit.score, Dot(query.data(), rows_->data() + size_t{hit.row} * kDimension, kDimension));
  }
  EXPECT_EQ(rows.size(), 100u);
}

TEST_F(FaissGraphTest, RefusesWidthsItCannotKeep) {
  for (const auto& [k, ef] : {std::pair(0, 64), std::pair(65, 64), std::pair(10, FaissGraph::kMaxEf + 1)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(graph_->Search(rows_->data(), k, ef, Everything).status())) << k << " " << ef;
  }
}

TEST_F(FaissGraphTest, BuildStopsWhenTold) {
  int asked = 0;
  const auto stopped = FaissGraph::Build({rows_->data(), kDimension, kRows}, [&] { return ++asked == 3; });
  EXPECT_TRUE(absl::IsCancelled(stopped.status()));
  EXPECT_EQ(asked, 3);
}

TEST_F(FaissGraphTest, TheSameRowsMakeTheSameGraph) {
  const auto twin = FaissGraph::Build({rows_->data(), kDimension, kRows}, {}).value();
  std::mt19937 random(5);
  for (int q = 0; q < 20; ++q) {
    const std::vector<float> query = testing::RandomRows(random, 1, kDimension);
    const auto a = graph_->Search(query.data(), 10, 16, Everything).value().hits;
    const auto b = twin->Search(query.data(), 10, 16, Everything).value().hits;
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].row, b[i].row);
  }
}

TEST(FaissGraphSizeTest, OneRowIsFound) {
  AlignedFloats row(16);
  row.data()[0] = 1.0f;
  const auto graph = FaissGraph::Build({row.data(), 16, 1}, {}).value();
  const auto result = graph->Search(row.data(), 5, 64, Everything);
  ASSERT_EQ(result->hits.size(), 1u);
  EXPECT_EQ(result->hits[0].score, 1.0f);
}

}  // namespace
}  // namespace usher::index
