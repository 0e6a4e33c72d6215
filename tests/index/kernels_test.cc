#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/kernels/dot.h"
#include "index/kernels/half.h"
#include "tests/index/instruction_sets.h"

namespace usher::index {
namespace {

constexpr size_t kMaxLength = 1'100;

class DotTest : public testing::InstructionSetTest {
 protected:
  static std::vector<float> Values(size_t count, uint32_t seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
    std::vector<float> values(count);
    for (float& value : values) value = uniform(random);
    return values;
  }

  static uint32_t Bits(float value) { return std::bit_cast<uint32_t>(value); }

  static void ExpectWithinBound(const float* a, const float* b, size_t n) {
    double exact = 0;
    double magnitude = 0;
    for (size_t i = 0; i < n; ++i) {
      const double product = static_cast<double>(a[i]) * static_cast<double>(b[i]);
      exact += product;
      magnitude += std::abs(product);
    }
    const double rounding = static_cast<double>(n) * std::ldexp(1.0, -24);
    EXPECT_LE(std::abs(static_cast<double>(Dot(a, b, n)) - exact), rounding / (1 - rounding) * magnitude) << n;
  }
};

TEST_P(DotTest, StaysWithinItsErrorBoundAtEveryLength) {
  const std::vector<float> a = Values(kMaxLength, 1);
  const std::vector<float> b = Values(kMaxLength, 2);
  for (size_t n = 1; n <= kMaxLength; ++n) ExpectWithinBound(a.data(), b.data(), n);
}

TEST_P(DotTest, TakesUnalignedData) {
  const std::vector<float> a = Values(kMaxLength, 3);
  const std::vector<float> b = Values(kMaxLength, 4);
  for (size_t offset = 0; offset < 16; ++offset) {
    for (const size_t n : {1u, 15u, 16u, 17u, 63u, 256u, 384u, 1'001u}) {
      ExpectWithinBound(a.data() + offset, b.data() + 15 - offset, n);
    }
  }
}

TEST_P(DotTest, OfNothingIsZero) {
  EXPECT_EQ(Dot(nullptr, static_cast<const float*>(nullptr), 0), 0.0f);
  EXPECT_EQ(Dot(nullptr, static_cast<const Half*>(nullptr), 0), 0.0f);
}

TEST_P(DotTest, RowsScoreBitForBitAsOneByOne) {
  constexpr size_t kCount = 13;
  for (const size_t n : {1u, 8u, 31u, 256u, 300u}) {
    const size_t stride = n + 5;
    const std::vector<float> query = Values(n, 5);
    const std::vector<float> rows = Values(stride * (kCount - 1) + n, 6);
    std::vector<float> scores(kCount);
    DotRows(query.data(), rows.data(), stride, kCount, n, scores.data());
    for (size_t i = 0; i < kCount; ++i) EXPECT_EQ(scores[i], Dot(query.data(), rows.data() + i * stride, n));
  }
}

TEST_P(DotTest, RowsWriteNothingBeyondTheCount) {
  const std::vector<float> rows = Values(64, 7);
  std::vector<float> scores(4, 42.0f);
  DotRows(rows.data(), rows.data(), 16, 3, 16, scores.data());
  EXPECT_EQ(scores[3], 42.0f);
}

TEST_P(DotTest, HalvesScoreBitForBitAsTheFloatsTheyStandFor) {
  const std::vector<float> query = Values(kMaxLength, 8);
  std::vector<Half> halves;
  for (const float value : Values(kMaxLength, 9)) halves.push_back(ToHalf(value));
  std::vector<float> floats(kMaxLength);
  std::transform(halves.begin(), halves.end(), floats.begin(), ToFloat);
  for (size_t n = 0; n <= kMaxLength; ++n) {
    ASSERT_EQ(Bits(Dot(query.data(), halves.data(), n)), Bits(Dot(query.data(), floats.data(), n))) << n;
  }
  for (size_t offset = 1; offset < 16; ++offset) {
    const size_t n = kMaxLength - offset;
    ASSERT_EQ(Bits(Dot(query.data(), halves.data() + offset, n)), Bits(Dot(query.data(), floats.data() + offset, n)));
    ExpectWithinBound(query.data(), floats.data() + offset, n);
  }
}

TEST_P(DotTest, EveryHalfIsReadAsWhatItStandsFor) {
  constexpr size_t kLength = 16;
  const std::vector<float> ones(kLength, 1.0f);
  for (uint32_t amount = 0; amount < 0x7c00; ++amount) {
    for (const uint32_t sign : {0u, 0x8000u}) {
      std::vector<Half> row(kLength);
      row[amount % kLength].bits = static_cast<uint16_t>(amount | sign);
      ASSERT_EQ(Dot(ones.data(), row.data(), kLength), ToFloat(row[amount % kLength])) << amount;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, DotTest, ::testing::ValuesIn(testing::InstructionSets()),
                         testing::InstructionSetName);

}  // namespace
}  // namespace usher::index
