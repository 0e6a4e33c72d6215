#include "index/head.h"

#include <random>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using testing::Entitled;

constexpr int kDimension = 5;  // needs padding

class HeadTest : public ::testing::Test {
 protected:
  HeadTest() : random_(1), rows_(testing::RandomRows(random_, kRows, kDimension)), head_(kDimension) {}

  void AppendOneByOne(uint64_t first_version, uint32_t count, acl::ClassId class_id) {
    for (uint32_t i = 0; i < count; ++i) {
      head_.Append(acl::DocumentVersion(first_version + i), class_id, rows_.data() + i * kDimension, 1);
    }
  }

  static size_t Readable(const Head& head, const acl::Entitlement& entitlement) {
    AlignedFloats query(RowStride(kDimension));
    query.data()[0] = 1.0f;
    TopK best(2'000);
    const std::function<bool()> not_cancelled;
    SearchBudget budget(absl::InfiniteFuture(), not_cancelled);
    Scanner scanner(query.data(), RowStride(kDimension), entitlement, &budget, &best);
    EXPECT_TRUE(head.Scan(&scanner).ok());
    EXPECT_EQ(scanner.scanned(), best.size());
    return best.size();
  }

  static constexpr uint32_t kRows = 700;
  std::mt19937 random_;
  std::vector<float> rows_;
  Head head_;
};

TEST_F(HeadTest, KeepsRowsThatSpanBlocks) {
  EXPECT_EQ(head_.Append(acl::DocumentVersion(4), acl::ClassId(0), rows_.data(), kRows), 0u);
  EXPECT_EQ(head_.Append(acl::DocumentVersion(5), acl::ClassId(1), rows_.data(), 2), kRows);
  ASSERT_EQ(head_.size(), kRows + 2);
  for (uint32_t i = 0; i < kRows; ++i) {
    EXPECT_EQ(head_.key(i), (RowKey{acl::DocumentVersion(4), i}));
    EXPECT_TRUE(std::equal(head_.row(i), head_.row(i) + kDimension, rows_.data() + i * kDimension));
    EXPECT_EQ(head_.row(i)[kDimension], 0.0f) << "padding";
  }
  EXPECT_EQ(head_.class_of(kRows), acl::ClassId(1));
}

TEST_F(HeadTest, RoundsRowsToWhatASegmentWillKeep) {
  Head head(kDimension, RowFormat::kFloat16);
  head.Append(acl::DocumentVersion(4), acl::ClassId(0), rows_.data(), kRows);
  const std::vector<float> kept = testing::Kept(rows_, RowFormat::kFloat16);
  ASSERT_NE(kept, rows_);
  for (uint32_t i = 0; i < kRows; ++i) {
    EXPECT_TRUE(std::equal(head.row(i), head.row(i) + kDimension, kept.data() + i * kDimension)) << i;
  }
}

TEST_F(HeadTest, ScanSeesAuthorizedRowsOnly) {
  AppendOneByOne(1, 300, acl::ClassId(0));
  AppendOneByOne(301, 200, acl::ClassId(1));
  head_.SetClass(250, 100, acl::kNoClass);
  EXPECT_EQ(Readable(head_, Entitled({0})), 250u);
  EXPECT_EQ(Readable(head_, Entitled({1})), 150u);
  EXPECT_EQ(Readable(head_, Entitled({0, 1})), 400u);
  EXPECT_EQ(Readable(head_, acl::Entitlement()), 0u);
}

TEST_F(HeadTest, ACopyKeepsItsMoment) {
  AppendOneByOne(1, 100, acl::ClassId(0));
  const Head copy = head_;
  AppendOneByOne(101, 400, acl::ClassId(0));
  head_.SetClass(0, 100, acl::kNoClass);
  EXPECT_EQ(Readable(copy, Entitled({0})), 100u);
  EXPECT_EQ(Readable(head_, Entitled({0})), 400u);
}

}  // namespace
}  // namespace usher::index
