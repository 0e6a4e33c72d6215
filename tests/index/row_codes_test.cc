// Codes of rows: their sums are exact, their scores lie within the stated bound, and a short list loses nothing.
#include "index/row_codes.h"

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/kernels/dot.h"
#include "index/kernels/dot_codes.h"
#include "index/kernels/half.h"
#include "index/shortlist.h"
#include "tests/index/instruction_sets.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

class RowCodesTest : public testing::InstructionSetTest {
 protected:
  // Rows of very different lengths, some of one large value, some of zeros.
  std::vector<float> Rows(size_t count, size_t stride) {
    std::normal_distribution<float> normal;
    std::vector<float> rows(count * stride);
    for (size_t row = 0; row < count; ++row) {
      const float size = row % 7 == 3 ? 0.0f : std::pow(10.0f, static_cast<float>(row % 5) - 2);
      for (size_t i = 0; i < stride; ++i) rows[row * stride + i] = size * normal(random_);
      if (row % 7 == 5) rows[row * stride + row % stride] = 100 * size;
    }
    return rows;
  }

  std::mt19937 random_{11};
};

TEST_P(RowCodesTest, SumsOfBytesAreExactAtEveryLength) {
  const std::vector<uint32_t> ids = {4, 0, 1, 1, 2, 3, 4, 0};
  for (size_t n = kCodeAlignment; n <= 20 * kCodeAlignment; n += kCodeAlignment) {
    std::vector<int8_t> query(n);
    std::vector<uint8_t> rows(5 * n);
    for (int8_t& value : query) value = static_cast<int8_t>(static_cast<int>(random_() % 255) - 127);
    for (uint8_t& value : rows) value = static_cast<uint8_t>(random_() % 256);
    std::vector<int32_t> sums(ids.size());
    DotCodes(query.data(), rows.data(), n, ids.data(), ids.size(), sums.data());
    for (size_t i = 0; i < ids.size(); ++i) {
      int32_t exact = 0;
      for (size_t j = 0; j < n; ++j) exact += int32_t{query[j]} * int32_t{rows[ids[i] * n + j]};
      ASSERT_EQ(sums[i], exact) << n;
    }
  }
}

TEST_P(RowCodesTest, TheLargestSumsDoNotOverflow) {
  const std::vector<int8_t> query(kMaxCodes, -127);
  const std::vector<uint8_t> row(kMaxCodes, 255);
  const uint32_t id = 0;
  int32_t sum = 0;
  DotCodes(query.data(), row.data(), kMaxCodes, &id, 1, &sum);
  EXPECT_EQ(sum, -127 * 255 * 65'536);
}

TEST_P(RowCodesTest, ScoresLieWithinTheirBound) {
  constexpr size_t kCount = 300;
  std::vector<uint32_t> ids(kCount - 1);
  std::iota(ids.begin(), ids.end(), 1u);
  for (const size_t stride : {32u, 48u, 256u, 384u, 1'024u}) {
    const std::vector<float> rows = Rows(kCount, stride);
    const RowCodes codes(rows.data(), kCount, stride);
    const std::vector<float> queries = Rows(10, stride);
    for (size_t q = 0; q < 10; ++q) {
      const float* query = queries.data() + q * stride;
      std::vector<ScoreRange> ranges(ids.size());
      codes.Score(QueryCode(query, stride), Care::kCertain, ids, ranges.data());
      for (size_t i = 0; i < ids.size(); ++i) {
        const float exact = Dot(query, rows.data() + ids[i] * stride, stride);
        ASSERT_LE(ranges[i].least, exact) << stride << " " << ids[i];
        ASSERT_GE(ranges[i].most, exact) << stride << " " << ids[i];
      }
    }
  }
}

TEST_P(RowCodesTest, ScoresOfHalvesLieWithinTheBoundOfTheirCodes) {
  constexpr size_t kCount = 300;
  constexpr size_t kStride = 384;
  std::vector<uint32_t> ids(kCount);
  std::iota(ids.begin(), ids.end(), 0u);
  const std::vector<float> floats = testing::RandomRows(random_, kCount, kStride);
  std::vector<Half> halves(floats.size());
  RowPointer(floats.data()).CopyTo(floats.size(), RowFormat::kFloat16, halves.data());
  const RowCodes codes(RowPointer(RowFormat::kFloat16, halves.data()), kCount, kStride);
  const std::vector<float> query = testing::RandomRows(random_, 1, kStride);
  std::vector<ScoreRange> ranges(kCount);
  codes.Score(QueryCode(query.data(), kStride), Care::kCertain, ids, ranges.data());
  for (const uint32_t id : ids) {
    const float exact = Dot(query.data(), halves.data() + id * kStride, kStride);
    ASSERT_LE(ranges[id].least, exact) << id;
    ASSERT_GE(ranges[id].most, exact) << id;
  }
}

// Whoever scans a row must not learn of its neighbours, not even by the time it takes.
TEST_P(RowCodesTest, TheRangeOfARowDoesNotDependOnOtherRows) {
  constexpr size_t kStride = 64;
  std::vector<float> rows = Rows(20, kStride);
  const std::vector<float> query = Rows(1, kStride);
  const std::vector<uint32_t> ids = {4};
  ScoreRange before;
  RowCodes(rows.data(), 20, kStride).Score(QueryCode(query.data(), kStride), Care::kCertain, ids, &before);
  for (size_t i = 0; i < rows.size(); ++i) rows[i] *= i / kStride == 4 ? 1.0f : 1'000.0f;
  ScoreRange after;
  RowCodes(rows.data(), 20, kStride).Score(QueryCode(query.data(), kStride), Care::kCertain, ids, &after);
  EXPECT_EQ(before.least, after.least);
  EXPECT_EQ(before.most, after.most);
}

TEST_P(RowCodesTest, ARowInThePlaceOfAQueryGivesNearlyTheSameProduct) {
  constexpr size_t kStride = 384;
  const std::vector<float> rows = testing::RandomRows(random_, 20, kStride);
  const RowCodes codes(rows.data(), 20, kStride);
  for (uint32_t a = 0; a < 20; ++a) {
    const QueryCode query = codes.AsQuery(a);
    for (uint32_t b = 0; b < 20; ++b) {
      EXPECT_NEAR(codes.Product(query, b), Dot(rows.data() + a * kStride, rows.data() + b * kStride, kStride), 0.005);
    }
  }
}

TEST(RowCodesPayTest, OnlyWhereTheySaveHalfTheMemory) {
  EXPECT_FALSE(RowCodes::Pay(16));
  EXPECT_TRUE(RowCodes::Pay(32));
  EXPECT_TRUE(RowCodes::Pay(384));
  EXPECT_TRUE(RowCodes::Pay(kMaxCodes));
  EXPECT_FALSE(RowCodes::Pay(kMaxCodes + 64));
}

TEST_P(RowCodesTest, UnitRowsHaveANarrowBound) {
  constexpr size_t kStride = 384;
  std::vector<float> rows = Rows(50, kStride);
  for (size_t row = 0; row < 50; ++row) {
    float* values = rows.data() + row * kStride;
    if (row % 7 == 5) values[row % kStride] = 0;
    const float norm = std::sqrt(Dot(values, values, kStride));
    for (size_t i = 0; i < kStride && norm > 0; ++i) values[i] /= norm;
  }
  const RowCodes codes(rows.data(), 50, kStride);
  std::vector<uint32_t> ids(50);
  std::iota(ids.begin(), ids.end(), 0u);
  std::vector<ScoreRange> ranges(50);
  codes.Score(QueryCode(rows.data(), kStride), Care::kCertain, ids, ranges.data());
  for (const ScoreRange& range : ranges) EXPECT_LT(range.most - range.least, 0.06f);
  codes.Score(QueryCode(rows.data(), kStride), Care::kLikely, ids, ranges.data());
  for (const ScoreRange& range : ranges) EXPECT_LT(range.most - range.least, 0.02f);
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, RowCodesTest, ::testing::ValuesIn(testing::InstructionSets()),
                         testing::InstructionSetName);

// Offers rows with scores that are wrong by up to the bound, and returns what the short list makes of them.
std::vector<Candidate> Shortlisted(const std::vector<float>& rows, size_t stride, const float* query, size_t k,
                                   float bound, size_t* scored) {
  TopK best(k);
  Shortlist list(query, stride, &best);
  std::mt19937 random(5);
  std::uniform_real_distribution<float> wrong(-0.99f * bound, 0.99f * bound);
  std::vector<RowKey> keys;
  for (size_t row = 0; row < rows.size() / stride; ++row) keys.push_back({acl::DocumentVersion(row), 0});
  for (size_t row = 0; row < rows.size() / stride; ++row) {
    const float* values = rows.data() + row * stride;
    const float score = Dot(query, values, stride) + wrong(random);
    list.Offer({score - bound, score + bound}, values, &keys[row]);
  }
  list.Flush();
  *scored = list.scored();
  return best.TakeSorted();
}

std::vector<Candidate> Exact(const std::vector<float>& rows, size_t stride, const float* query, size_t k) {
  TopK best(k);
  for (size_t row = 0; row < rows.size() / stride; ++row) {
    best.Offer(Dot(query, rows.data() + row * stride, stride), {acl::DocumentVersion(row), 0});
  }
  return best.TakeSorted();
}

void ExpectSame(const std::vector<Candidate>& found, const std::vector<Candidate>& exact) {
  ASSERT_EQ(found.size(), exact.size());
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_EQ(found[i].key, exact[i].key);
    EXPECT_EQ(found[i].score, exact[i].score);
  }
}

TEST(ShortlistTest, FindsExactlyTheBestWhateverTheErrorsWithinTheBound) {
  constexpr size_t kStride = 16;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> rows(20'000 * kStride);
  for (float& value : rows) value = normal(random);
  const std::vector<float> query(rows.begin(), rows.begin() + kStride);
  for (const float bound : {0.0f, 0.01f, 1.0f, 100.0f}) {
    for (const size_t k : {1u, 10u, 300u}) {
      size_t scored = 0;
      ExpectSame(Shortlisted(rows, kStride, query.data(), k, bound, &scored), Exact(rows, kStride, query.data(), k));
      EXPECT_TRUE(bound > 0.01f || scored < 2 * k + 100) << scored;
    }
  }
}

TEST(ShortlistTest, EqualRowsAreToldApartByTheirKeys) {
  const std::vector<float> rows(50'000 * 16, 0.25f);
  size_t scored = 0;
  ExpectSame(Shortlisted(rows, 16, rows.data(), 10, 0.1f, &scored), Exact(rows, 16, rows.data(), 10));
}

TEST(ShortlistTest, FewerRowsThanWantedAreAllKept) {
  const std::vector<float> rows(3 * 16, 0.5f);
  size_t scored = 0;
  EXPECT_EQ(Shortlisted(rows, 16, rows.data(), 10, 0.1f, &scored).size(), 3u);
  EXPECT_EQ(scored, 3u);
}

}  // namespace
}  // namespace usher::index
