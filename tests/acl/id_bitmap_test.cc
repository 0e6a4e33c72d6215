#include "acl/id_bitmap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

IdBitmap Set(std::initializer_list<uint32_t> numbers) {
  IdBitmap set;
  for (const uint32_t number : numbers) set.Insert(number);
  return set;
}

std::vector<uint32_t> Numbers(const IdBitmap& set) {
  std::vector<uint32_t> numbers;
  set.ForEach([&](uint32_t number) { numbers.push_back(number); });
  return numbers;
}

TEST(IdBitmapTest, WhatLiesBeyondTheEndIsNotContained) {
  EXPECT_FALSE(IdBitmap().Contains(0));
  EXPECT_FALSE(IdBitmap(64).Contains(64));
  EXPECT_FALSE(Set({3}).Contains(4'000'000'000));
}

TEST(IdBitmapTest, InsertingGrowsAndTellsWhatIsNew) {
  IdBitmap set(10);
  EXPECT_TRUE(set.Insert(5));
  EXPECT_FALSE(set.Insert(5));
  EXPECT_TRUE(set.Insert(1'000));
  EXPECT_TRUE(set.Contains(5));
  EXPECT_TRUE(set.Contains(1'000));
  EXPECT_FALSE(set.Contains(6));
}

TEST(IdBitmapTest, ErasingTakesOutWhatIsThere) {
  IdBitmap set = Set({1, 63, 64});
  set.Erase(63);
  set.Erase(2);
  set.Erase(1'000'000);
  EXPECT_THAT(Numbers(set), ElementsAre(1, 64));
}

TEST(IdBitmapTest, UnionHasTheNumbersOfBothWhicheverIsLonger) {
  IdBitmap grows = Set({1, 2});
  grows.UnionWith(Set({2, 300}));
  EXPECT_THAT(Numbers(grows), ElementsAre(1, 2, 300));
  IdBitmap stays = Set({2, 300});
  stays.UnionWith(Set({1, 2}));
  EXPECT_THAT(Numbers(stays), ElementsAre(1, 2, 300));
}

TEST(IdBitmapTest, IntersectionHasTheCommonNumbersWhicheverIsLonger) {
  IdBitmap shorter = Set({1, 2});
  shorter.IntersectWith(Set({2, 300}));
  EXPECT_THAT(Numbers(shorter), ElementsAre(2));
  IdBitmap longer = Set({2, 64, 300});
  longer.IntersectWith(Set({1, 2}));
  EXPECT_THAT(Numbers(longer), ElementsAre(2));
  longer.IntersectWith({});
  EXPECT_THAT(Numbers(longer), IsEmpty());
}

TEST(IdBitmapTest, SubtractionLeavesWhatTheOtherLacksWhicheverIsLonger) {
  IdBitmap shorter = Set({1, 2});
  shorter.Subtract(Set({2, 300}));
  EXPECT_THAT(Numbers(shorter), ElementsAre(1));
  IdBitmap longer = Set({2, 300});
  longer.Subtract(Set({1, 2}));
  EXPECT_THAT(Numbers(longer), ElementsAre(300));
}

}  // namespace
}  // namespace usher::acl
