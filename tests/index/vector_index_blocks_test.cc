// The values that snapshots share: copy-on-write arrays, append-only logs, class counts, and the list of the best.
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/append_log.h"
#include "index/class_map.h"
#include "index/cow_array.h"
#include "index/top_k.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using testing::Entitled;

TEST(CowArrayTest, FillsAcrossBlocksAndGrows) {
  CowArray<int, 4> array;
  array.Fill(0, 10, 1);
  array.Fill(3, 6, 2);
  std::vector<int> values;
  for (size_t i = 0; i < array.size(); ++i) values.push_back(array[i]);
  EXPECT_THAT(values, ElementsAre(1, 1, 1, 2, 2, 2, 2, 2, 2, 1));
}

TEST(CowArrayTest, CopyDoesNotSeeLaterWrites) {
  CowArray<int, 4> array;
  array.Fill(0, 6, 1);
  const CowArray<int, 4> copy = array;
  array.Fill(0, 9, 2);
  EXPECT_EQ(copy.size(), 6u);
  for (size_t i = 0; i < copy.size(); ++i) EXPECT_EQ(copy[i], 1);
  EXPECT_EQ(array[8], 2);
}

TEST(CowArrayTest, PiecesEndAtBlocksAndAtTheSize) {
  const std::vector<int> values = {0, 1, 2, 3, 4, 5};
  const CowArray<int, 4> array(values);
  EXPECT_THAT(array.PieceFrom(1), ElementsAre(1, 2, 3));
  EXPECT_THAT(array.PieceFrom(4), ElementsAre(4, 5));
}

TEST(CowArrayTest, SingleWritesAcrossBlocksLeaveCopiesAsTheyWere) {
  CowArray<int, 4> array;
  array.Fill(0, 10, 1);
  const CowArray<int, 4> copy = array;
  const std::vector<CowArray<int, 4>::Change> changes = {{0, 2}, {3, 3}, {4, 4}, {9, 5}};
  array.Write(changes);
  std::vector<int> values;
  for (size_t i = 0; i < array.size(); ++i) values.push_back(array[i]);
  EXPECT_THAT(values, ElementsAre(2, 1, 1, 3, 4, 1, 1, 1, 1, 5));
  for (size_t i = 0; i < copy.size(); ++i) EXPECT_EQ(copy[i], 1);
}

TEST(AppendLogTest, CopyKeepsItsLength) {
  AppendLog<int, 2> log;
  for (int i = 0; i < 3; ++i) log.Append(i);
  const AppendLog<int, 2> copy = log;
  for (int i = 3; i < 9; ++i) log.Append(i);
  EXPECT_EQ(copy.size(), 3u);
  EXPECT_EQ(copy[2], 2);
  EXPECT_EQ(log[8], 8);
}

TEST(ClassCountsTest, SumsTheClassesOfTheEntitlementOnly) {
  ClassCounts counts;
  counts.Add(acl::ClassId(3), 5);
  counts.Add(acl::ClassId(2'000), 7);
  counts.Add(acl::ClassId(3), -1);
  EXPECT_EQ(counts.Authorized(Entitled({3})), 4u);
  EXPECT_EQ(counts.Authorized(Entitled({3, 2'000, 1'000'000})), 11u);
  EXPECT_EQ(counts.Authorized(acl::Entitlement()), 0u);
  EXPECT_EQ(counts.live_rows(), 11u);
}

TEST(ClassCountsTest, RemovedAndHiddenRowsAreNotCounted) {
  ClassCounts counts;
  counts.Add(acl::kNoClass, 5);
  counts.Add(kHiddenClass, 5);
  EXPECT_EQ(counts.live_rows(), 0u);
}

TEST(MayReadTest, NobodyMayReadRemovedOrHiddenRows) {
  EXPECT_TRUE(MayRead(Entitled({0, 7}), acl::ClassId(7)));
  EXPECT_FALSE(MayRead(Entitled({0, 7}), acl::ClassId(6)));
  EXPECT_FALSE(MayRead(Entitled({0, 7}), acl::kNoClass));
  EXPECT_FALSE(MayRead(Entitled({0, 7}), kHiddenClass));
}

TEST(MayReadTest, NotEvenAnEntitlementThatClaimsTheMarkOfHiddenRowsReadsThem) {
  const acl::Entitlement claims = Entitled({0, kHiddenClass.value()});  // half a gigabyte for a moment
  ASSERT_TRUE(claims.Contains(kHiddenClass));
  EXPECT_FALSE(MayRead(claims, kHiddenClass));
  EXPECT_TRUE(MayRead(claims, acl::ClassId(0)));
}

RowKey Key(uint64_t version, uint32_t number = 0) { return {acl::DocumentVersion(version), number}; }

std::vector<RowKey> Keys(const std::vector<Candidate>& candidates) {
  std::vector<RowKey> keys;
  for (const Candidate& candidate : candidates) keys.push_back(candidate.key);
  return keys;
}

TEST(TopKTest, KeepsTheBestAndBreaksTiesByKey) {
  TopK best(3);
  best.Offer(0.5f, Key(9));
  best.Offer(0.5f, Key(2, 1));
  best.Offer(0.1f, Key(1));
  best.Offer(0.9f, Key(7));
  best.Offer(0.5f, Key(2, 0));
  EXPECT_THAT(Keys(best.TakeSorted()), ElementsAre(Key(7), Key(2, 0), Key(2, 1)));
}

TEST(TopKTest, ScoresThatAreNoNumbersRankLast) {
  TopK best(2);
  best.Offer(std::numeric_limits<float>::quiet_NaN(), Key(1));
  best.Offer(-1.0f, Key(2));
  best.Offer(-2.0f, Key(3));
  best.Offer(std::numeric_limits<float>::quiet_NaN(), Key(0));
  EXPECT_THAT(Keys(best.TakeSorted()), ElementsAre(Key(2), Key(3)));
}

TEST(TopKTest, OfNothingHoldsNothing) {
  TopK best(0);
  best.Offer(1.0f, Key(1));
  best.Offer(std::numeric_limits<float>::infinity(), Key(2));
  EXPECT_EQ(best.size(), 0u);
}

}  // namespace
}  // namespace usher::index
