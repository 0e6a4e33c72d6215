// Cells: near rows share one, the spread of their scores is measured, and making them can be stopped.
#include "index/cells.h"

#include <algorithm>
#include <random>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/kernels/dot.h"
#include "index/kernels/half.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

constexpr size_t kDimension = 64;
constexpr size_t kRows = 6'000;
constexpr size_t kTopics = 10;

class CellsTest : public ::testing::Test {
 protected:
  CellsTest() {
    std::mt19937 random(5);
    topics_ = testing::RandomRows(random, kTopics, kDimension);
    rows_ = testing::RandomRows(random, kRows, kDimension);
    for (size_t row = 0; row < kRows; ++row) {
      for (size_t i = 0; i < kDimension; ++i) {
        rows_[row * kDimension + i] = 0.4f * rows_[row * kDimension + i] + topics_[row % kTopics * kDimension + i];
      }
      pointers_.push_back(rows_.data() + row * kDimension);
    }
  }

  std::vector<float> topics_;
  std::vector<float> rows_;
  std::vector<RowPointer> pointers_;
};

TEST_F(CellsTest, RowsOfATopicShareFewCells) {
  std::vector<uint32_t> cell_of;
  const auto cells = Cells::Train(pointers_, kDimension, {}, &cell_of).value();
  EXPECT_EQ(cells->size(), kRows / 400);
  for (size_t topic = 0; topic < kTopics; ++topic) {
    std::vector<size_t> counts(cells->size());
    for (size_t row = topic; row < kRows; row += kTopics) ++counts[cell_of[row]];
    std::sort(counts.rbegin(), counts.rend());
    EXPECT_GT(counts[0] + counts[1] + counts[2], kRows / kTopics * 8 / 10);
  }
}

TEST_F(CellsTest, TheNearestCellsComeFirstWithTheSpreadOfTheirRows) {
  std::vector<uint32_t> cell_of;
  const auto cells = Cells::Train(pointers_, kDimension, {}, &cell_of).value();
  for (size_t topic = 0; topic < kTopics; ++topic) {
    const float* query = topics_.data() + topic * kDimension;
    const std::vector<RankedCell> ranked = cells->Rank(QueryCode(query, kDimension));
    ASSERT_EQ(ranked.size(), cells->size());
    for (size_t i = 1; i < ranked.size(); ++i) EXPECT_GE(ranked[i - 1].score, ranked[i].score);
    size_t own = 0;
    for (size_t row = topic; row < kRows; row += kTopics) own += cell_of[row] == ranked[0].cell ? 1 : 0;
    EXPECT_GT(own, 0u);
    for (const RankedCell& cell : ranked) {
      EXPECT_GT(cell.spread, 0.01f);
      EXPECT_LT(cell.spread, 0.3f);
    }
  }
}

TEST_F(CellsTest, TheSameRowsMakeTheSameCells) {
  std::vector<uint32_t> first;
  std::vector<uint32_t> second;
  ASSERT_TRUE(Cells::Train(pointers_, kDimension, {}, &first).ok());
  ASSERT_TRUE(Cells::Train(pointers_, kDimension, {}, &second).ok());
  EXPECT_EQ(first, second);
}

TEST_F(CellsTest, HalvesMakeTheCellsOfTheFloatsTheyStandFor) {
  std::vector<Half> halves(rows_.size());
  RowPointer(rows_.data()).CopyTo(rows_.size(), RowFormat::kFloat16, halves.data());
  std::vector<RowPointer> rows;
  for (size_t row = 0; row < kRows; ++row) {
    rows.push_back(RowPointer(RowFormat::kFloat16, halves.data()) + row * kDimension);
    RowPointer(rows.back()).CopyTo(kDimension, RowFormat::kFloat32, rows_.data() + row * kDimension);
  }
  std::vector<uint32_t> of_floats;
  std::vector<uint32_t> of_halves;
  const auto from_floats = Cells::Train(pointers_, kDimension, {}, &of_floats).value();
  const auto from_halves = Cells::Train(rows, kDimension, {}, &of_halves).value();
  EXPECT_EQ(of_halves, of_floats);
  EXPECT_TRUE(std::equal(from_halves->spreads().begin(), from_halves->spreads().end(), from_floats->spreads().begin()));
}

TEST_F(CellsTest, EqualRowsAreNoTrouble) {
  const std::vector<RowPointer> same(1'000, rows_.data());
  std::vector<uint32_t> cell_of;
  const auto cells = Cells::Train(same, kDimension, {}, &cell_of).value();
  EXPECT_EQ(cell_of.size(), 1'000u);
  EXPECT_EQ(cells->Rank(QueryCode(rows_.data(), kDimension)).size(), cells->size());
}

TEST_F(CellsTest, TrainingStopsWhenTold) {
  std::vector<uint32_t> cell_of;
  int asked = 0;
  EXPECT_TRUE(absl::IsCancelled(Cells::Train(
                                    pointers_, kDimension, [&] { return ++asked > 5; }, &cell_of)
                                    .status()));
}

}  // namespace
}  // namespace usher::index
