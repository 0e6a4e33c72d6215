// Links that FAISS makes, and walks along them: what they find, and that they never leave what is allowed.
#include "index/graph.h"

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/faiss_graph.h"
#include "index/kernels/dot.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

constexpr size_t kDimension = 32;
constexpr uint32_t kRows = 4'000;
const std::function<bool()> kNotCancelled;

class GraphTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::mt19937 random(1);
    rows_ = testing::RandomRows(random, kRows, kDimension);
    codes_ = std::make_unique<RowCodes>(rows_.data(), kRows, kDimension);
    graph_ = std::make_unique<Graph>(codes_.get(), LinkRows(*codes_, kRows, {}).value());
  }
  static void TearDownTestSuite() {
    graph_.reset();
    codes_.reset();
  }

  static absl::StatusOr<Graph::Walked> Walk(const std::vector<float>& query, std::vector<uint32_t> entries,
                                            size_t width, absl::FunctionRef<bool(uint32_t)> allowed,
                                            absl::Time deadline = absl::InfiniteFuture()) {
    SearchBudget budget(deadline, kNotCancelled);
    return graph_->Walk(QueryCode(query.data(), kDimension), entries, width, allowed, &budget);
  }

  static std::vector<uint32_t> Best(const std::vector<float>& query, int k, absl::FunctionRef<bool(uint32_t)> allowed) {
    std::vector<std::pair<float, uint32_t>> scored;
    for (uint32_t i = 0; i < kRows; ++i) {
      if (allowed(i)) scored.emplace_back(-Dot(query.data(), rows_.data() + i * kDimension, kDimension), i);
    }
    std::sort(scored.begin(), scored.end());
    std::vector<uint32_t> best;
    for (int i = 0; i < k; ++i) best.push_back(scored[static_cast<size_t>(i)].second);
    return best;
  }

  // Mean share of the best 10 found at this width, over 50 queries, from one allowed row.
  static double Recall(size_t width, absl::FunctionRef<bool(uint32_t)> allowed) {
    uint32_t entry = 0;
    while (!allowed(entry)) ++entry;
    std::mt19937 random(2);
    int64_t found = 0;
    for (int q = 0; q < 50; ++q) {
      const std::vector<float> query = testing::RandomRows(random, 1, kDimension);
      const auto walked = Walk(query, {entry}, width, allowed).value();
      for (const uint32_t row : Best(query, 10, allowed)) {
        found += std::count(walked.rows.begin(), walked.rows.end(), row);
      }
    }
    return static_cast<double>(found) / 500;
  }

  static inline std::vector<float> rows_;
  static inline std::unique_ptr<RowCodes> codes_;
  static inline std::unique_ptr<Graph> graph_;
};

bool Everything(uint32_t) { return true; }

TEST_F(GraphTest, FindsNearlyAllOfTheBest) { EXPECT_GT(Recall(128, Everything), 0.95); }

TEST_F(GraphTest, AWiderWalkFindsMore) {
  EXPECT_GT(Recall(512, Everything), 0.99);
  EXPECT_GT(Recall(512, Everything), Recall(16, Everything) + 0.05);
}

// A filter on results alone would find next to nothing here: one row in twenty is allowed.
TEST_F(GraphTest, CrossesForbiddenNeighbourhoods) {
  EXPECT_GT(Recall(256, [](uint32_t row) { return row % 5 == 2; }), 0.9);
  EXPECT_GT(Recall(256, [](uint32_t row) { return row % 20 == 7; }), 0.5);
}

TEST_F(GraphTest, ReturnsAndScoresOnlyAllowedRowsEachOnce) {
  std::mt19937 random(3);
  const auto allowed = [](uint32_t row) { return row % 20 == 7; };
  for (int q = 0; q < 100; ++q) {
    const auto walked = Walk(testing::RandomRows(random, 1, kDimension), {3, 7, 7, 8}, 200, allowed).value();
    const std::set<uint32_t> unique(walked.rows.begin(), walked.rows.end());
    EXPECT_EQ(unique.size(), walked.rows.size());
    EXPECT_LE(walked.scored, kRows / 20);
    for (const uint32_t row : walked.rows) EXPECT_EQ(row % 20, 7u);
  }
}

TEST_F(GraphTest, FindsNothingFromNowhere) {
  const std::vector<float> query(kDimension, 0.1f);
  EXPECT_THAT(Walk(query, {}, 10, Everything)->rows, ::testing::IsEmpty());
  EXPECT_THAT(Walk(query, {1, kRows, kNoLink}, 10, [](uint32_t) { return false; })->rows, ::testing::IsEmpty());
}

TEST_F(GraphTest, StopsAtTheDeadline) {
  const auto walked = Walk(std::vector<float>(kDimension, 0.1f), {0}, 2'000, Everything, absl::InfinitePast());
  EXPECT_TRUE(absl::IsDeadlineExceeded(walked.status()));
}

TEST_F(GraphTest, ManyWalksOfAThreadDoNotMeetEachOthersRows) {
  const std::vector<float> query(rows_.begin(), rows_.begin() + kDimension);
  const auto first = Walk(query, {9}, 20, Everything)->rows;
  for (int i = 0; i < 70'000; ++i) ASSERT_TRUE(Walk(query, {}, 1, Everything).ok());
  EXPECT_EQ(Walk(query, {9}, 20, Everything)->rows, first);
}

TEST_F(GraphTest, TheSameRowsMakeTheSameLinks) {
  const Column<uint32_t> a = LinkRows(*codes_, kRows, {}).value();
  const Column<uint32_t> b = LinkRows(*codes_, kRows, {}).value();
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  EXPECT_EQ(a.size(), kRows * kLinksPerRow);
}

TEST_F(GraphTest, LinkingStopsWhenTold) {
  int asked = 0;
  EXPECT_TRUE(absl::IsCancelled(LinkRows(*codes_, kRows, [&] { return ++asked == 3; }).status()));
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace usher::index
