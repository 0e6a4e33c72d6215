// Halves: what they hold comes back, everything else becomes the nearest of them, and nothing becomes infinite.
#include "index/kernels/half.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "gtest/gtest.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

constexpr uint16_t kSign = 0x8000;
constexpr uint16_t kInfinity = 0x7c00;  // the first pattern that is no number

float FromBits(int bits) { return ToFloat({static_cast<uint16_t>(bits)}); }

TEST(HalfTest, EveryHalfComesBackAsItWas) {
  for (uint16_t bits = 0; bits < kInfinity; ++bits) {
    for (const uint16_t sign : {uint16_t{0}, kSign}) {
      const Half half{static_cast<uint16_t>(bits | sign)};
      ASSERT_EQ(ToHalf(ToFloat(half)).bits, half.bits);
    }
  }
}

TEST(HalfTest, PatternsStandForTheNumbersOfTheStandard) {
  EXPECT_EQ(FromBits(0x0000), 0.0f);
  EXPECT_TRUE(std::signbit(FromBits(0x8000)));
  EXPECT_EQ(FromBits(0x0001), 0x1p-24f);
  EXPECT_EQ(FromBits(0x03ff), 1'023 * 0x1p-24f);
  EXPECT_EQ(FromBits(0x0400), 0x1p-14f);
  EXPECT_EQ(FromBits(0x3c00), 1.0f);
  EXPECT_EQ(FromBits(0x3555), 0.333251953125f);
  EXPECT_EQ(FromBits(0xc000), -2.0f);
  EXPECT_EQ(FromBits(0x7bff), kLargestHalf);
}

TEST(HalfTest, WhatLiesBetweenTwoBecomesTheNearerAndTheMiddleTheEvenOne) {
  for (uint16_t bits = 0; bits + 1 < kInfinity; ++bits) {
    const float low = FromBits(bits);
    const float high = FromBits(bits + 1);
    ASSERT_LT(low, high);
    const float middle = (low + high) / 2;
    ASSERT_EQ(ToHalf(middle).bits, bits % 2 == 0 ? bits : bits + 1) << middle;
    ASSERT_EQ(ToHalf(std::nextafter(middle, low)).bits, bits) << middle;
    ASSERT_EQ(ToHalf(-std::nextafter(middle, high)).bits, (bits + 1) | kSign) << middle;
  }
}

TEST(HalfTest, AmountsBeyondTheLargestBecomeIt) {
  for (const float value : {65'504.1f, 65'519.9f, 65'520.0f, 1e6f, std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(ToFloat(ToHalf(value)), kLargestHalf) << value;
    EXPECT_EQ(ToFloat(ToHalf(-value)), -kLargestHalf) << value;
  }
}

TEST(HalfTest, RoundsAsArithmeticDoes) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> exponent(-30.0f, 15.0f);
  for (int i = 0; i < 200'000; ++i) {
    const float amount = std::exp2(exponent(random));
    const float value = random() % 2 == 0 ? amount : -amount;
    ASSERT_EQ(ToFloat(ToHalf(value)), testing::NearestHalf(value)) << value;
  }
}

}  // namespace
}  // namespace usher::index
