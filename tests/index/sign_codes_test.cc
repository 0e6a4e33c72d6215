// Codes of signs: the rotation keeps what it must, every instruction set computes the same, and estimates are as near
// as they say.
#include "index/sign_codes.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/estimate_list.h"
#include "index/kernels/dot.h"
#include "index/kernels/sign_products.h"
#include "tests/index/instruction_sets.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(RotationTest, KeepsLengthsAndProductsAndSpreadsSingleValues) {
  std::mt19937 random(1);
  for (const size_t size : {1u, 64u, 128u, 192u, 384u, 768u, 1'000u}) {
    const Rotation rotation(size);
    std::vector<float> a = testing::RandomRows(random, 1, static_cast<int>(size));
    std::vector<float> b(size);
    b[size / 2] = 1;
    const float before = Dot(a.data(), b.data(), size);
    rotation.Apply(a.data());
    rotation.Apply(b.data());
    EXPECT_NEAR(Dot(a.data(), b.data(), size), before, 1e-5) << size;
    EXPECT_NEAR(Dot(a.data(), a.data(), size), 1, 1e-5) << size;
    EXPECT_NEAR(Dot(b.data(), b.data(), size), 1, 1e-5) << size;
    if (size < 128) continue;
    for (const float value : b) EXPECT_LT(std::abs(value), 0.5f) << size;
  }
}

class SignProductsTest : public testing::InstructionSetTest {
 protected:
  std::mt19937_64 random_{7};
};

TEST_P(SignProductsTest, EqualTheSumOfSignsAndLevelsAtEveryLength) {
  constexpr size_t kRows = 37;
  constexpr float kScale = 0.25f;
  for (size_t words = 1; words <= 33; ++words) {
    const size_t record = words + 1 + words % 3;
    std::vector<uint64_t> low(words);
    std::vector<uint64_t> high(words);
    std::vector<uint64_t> rows(kRows * record);
    for (uint64_t& word : low) word = random_();
    for (uint64_t& word : high) word = random_();
    for (uint64_t& word : rows) word = random_();
    for (size_t row = 0; row < kRows; ++row)
      rows[row * record + words] = std::bit_cast<uint32_t>(1.0f + static_cast<float>(row));
    std::vector<uint32_t> ids = {36, 0, 0, 5};
    for (uint32_t id = 0; id < kRows - words % 9; ++id) ids.push_back(id);
    std::vector<float> results(ids.size() + 1, 42.0f);
    SignProducts({low.data(), high.data(), words}, kScale, rows.data(), record, ids.data(), ids.size(), results.data());
    for (size_t i = 0; i < ids.size(); ++i) {
      int sum = 0;
      for (size_t bit = 0; bit < words * 64; ++bit) {
        const auto is_set = [bit](const uint64_t* from) { return (from[bit / 64] >> (bit % 64) & 1) != 0; };
        const int level = (is_set(high.data()) ? 2 : -2) + (is_set(low.data()) ? 1 : -1);
        sum += is_set(rows.data() + ids[i] * record) ? level : -level;
      }
      ASSERT_EQ(results[i], (1.0f + static_cast<float>(ids[i])) * kScale * static_cast<float>(sum)) << words;
    }
    EXPECT_EQ(results.back(), 42.0f);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, SignProductsTest, ::testing::ValuesIn(testing::InstructionSets()),
                         testing::InstructionSetName);

TEST(SignCodesTest, EstimatesHaveNoBiasAndTheDeviationThatIsSaid) {
  constexpr size_t kRows = 400;
  std::mt19937 random(3);
  for (const size_t stride : {128u, 384u, 768u}) {
    const std::vector<float> rows = testing::RandomRows(random, kRows, static_cast<int>(stride));
    const SignCodes codes(rows.data(), kRows, stride);
    std::vector<uint32_t> ids(kRows);
    std::iota(ids.begin(), ids.end(), 0u);
    std::vector<float> estimates(kRows);
    double sum = 0;
    double squares = 0;
    double said = 0;
    constexpr int kQueries = 50;
    for (int q = 0; q < kQueries; ++q) {
      const std::vector<float> query = testing::RandomRows(random, 1, static_cast<int>(stride));
      const SignQuery code = codes.Encode(query.data());
      codes.Estimate(code, ids, estimates.data());
      said += codes.Deviation(code) / kQueries;
      for (const uint32_t id : ids) {
        const double off = estimates[id] - Dot(query.data(), rows.data() + id * stride, stride);
        sum += off;
        squares += off * off;
      }
    }
    const double deviation = std::sqrt(squares / (kRows * kQueries));
    EXPECT_NEAR(deviation / said, 1, 0.15) << stride;
    EXPECT_LT(std::abs(sum / (kRows * kQueries)), 0.05 * said) << stride;
  }
}

TEST(SignCodesTest, RowsAndQueriesOfZerosAreEstimatedAsZero) {
  std::vector<float> rows(2 * 128);
  rows[128] = 1;
  const SignCodes codes(rows.data(), 2, 128);
  const std::vector<uint32_t> ids = {0, 1};
  std::vector<float> estimates(2);
  codes.Estimate(codes.Encode(rows.data() + 128), ids, estimates.data());
  EXPECT_EQ(estimates[0], 0.0f);
  EXPECT_NEAR(estimates[1], 1, 0.3);
  codes.Estimate(codes.Encode(rows.data()), ids, estimates.data());
  EXPECT_THAT(estimates, ElementsAre(0.0f, 0.0f));
}

TEST(EstimateListTest, LeavesOutOnlyWhatIsBelowTheMargin) {
  EstimateList list(0.5f);
  const std::vector<uint32_t> ids = {1, 2, 3, 4};
  const std::vector<float> estimates = {0.4f, 0.5f, 0.6f, 2.0f};
  list.Offer(ids, estimates.data(), 1.0f);
  EXPECT_THAT(list.TakeRest(1.0f), UnorderedElementsAre(2, 3, 4));
  EXPECT_THAT(list.TakeRest(1.0f), IsEmpty());
}

TEST(EstimateListTest, TheBestComeFirstAndTheFloorThinsTheRest) {
  EstimateList list(0.0f);
  std::vector<uint32_t> ids(256);
  std::iota(ids.begin(), ids.end(), 0u);
  std::vector<float> estimates(256);
  for (int batch = 0; !list.crowded(); ++batch) {
    for (size_t i = 0; i < ids.size(); ++i) estimates[i] = static_cast<float>((i * 37 + 1'000 * batch) % 4'099);
    list.Offer(ids, estimates.data(), -1.0f);
  }
  const auto best = list.TakeBest();
  EXPECT_EQ(best.size(), 64u);
  EXPECT_FALSE(list.MakeRoom(0.0f));
  EXPECT_TRUE(list.MakeRoom(4'000.0f));
  EXPECT_LT(list.TakeRest(4'050.0f).size(), 64u);
}

}  // namespace
}  // namespace usher::index
