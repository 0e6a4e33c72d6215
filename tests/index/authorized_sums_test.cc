// Sums that are remembered against sums that are added up anew, while counts change and old copies are still asked.
#include "index/authorized_sums.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "absl/time/time.h"
#include "index/class_map.h"

namespace usher::index {
namespace {

constexpr uint32_t kClasses = 3'000;

acl::Entitlement EveryNth(uint32_t n) {
  std::vector<acl::ClassId> classes;
  for (uint32_t id = 0; id < kClasses; id += n) classes.push_back(acl::ClassId(id));
  return {std::move(classes), absl::InfiniteFuture()};
}

// What the counts should say, added up from a plain list.
struct Model {
  std::vector<uint64_t> rows = std::vector<uint64_t>(kClasses, 0);

  uint64_t Authorized(const acl::Entitlement& entitlement) const {
    uint64_t total = 0;
    for (const acl::ClassId id : entitlement.classes()) total += rows[id.value()];
    return total;
  }
};

class ClassCountsTest : public ::testing::Test {
 protected:
  void Change(uint32_t id, int64_t delta) {
    counts_.Add(acl::ClassId(id), delta);
    model_.rows[id] += static_cast<uint64_t>(delta);
  }

  ClassCounts counts_;
  Model model_;
};

TEST_F(ClassCountsTest, EveryCopyCountsAsOfItsOwnMoment) {
  std::mt19937 random(1);
  const std::vector<acl::Entitlement> entitlements = {EveryNth(1), EveryNth(3), EveryNth(40), EveryNth(1'000)};
  std::vector<std::pair<ClassCounts, Model>> past;
  for (int step = 0; step < 20'000; ++step) {
    const uint32_t id = static_cast<uint32_t>(random()) % kClasses;
    const bool takes = model_.rows[id] > 0 && random() % 2 == 0;
    Change(id, takes ? -1 : static_cast<int64_t>(random() % 5));
    if (random() % 10 != 0) continue;
    past.emplace_back(counts_, model_);
    // A far older copy now and then: what is remembered by then is of later moments.
    const auto& [counts, model] = random() % 2 == 0 ? past.back() : past[random() % past.size()];
    for (const acl::Entitlement& entitlement : entitlements) {
      ASSERT_EQ(counts.Authorized(entitlement), model.Authorized(entitlement)) << "step " << step;
    }
  }
}

TEST_F(ClassCountsTest, CopiesThatChangeApartCountApart) {
  for (uint32_t id = 0; id < kClasses; ++id) Change(id, 1);
  const acl::Entitlement all = EveryNth(1);
  ASSERT_EQ(counts_.Authorized(all), kClasses);
  ClassCounts other = counts_;
  other.Add(acl::ClassId(7), 10);
  counts_.Add(acl::ClassId(8), 100);
  EXPECT_EQ(other.Authorized(all), kClasses + 10);
  EXPECT_EQ(counts_.Authorized(all), kClasses + 100);
  other.Add(acl::ClassId(9), 1);
  counts_.Add(acl::ClassId(9), 2);
  EXPECT_EQ(other.Authorized(all), kClasses + 11);
  EXPECT_EQ(counts_.Authorized(all), kClasses + 102);
}

TEST_F(ClassCountsTest, MoreEntitlementsThanAreRememberedAreAllCounted) {
  for (uint32_t id = 0; id < kClasses; ++id) Change(id, 1);
  std::vector<acl::Entitlement> many;
  for (uint32_t n = 0; n < 1'500; ++n) {
    std::vector<acl::ClassId> classes;
    for (uint32_t id = n; id < kClasses; ++id) classes.push_back(acl::ClassId(id));
    many.emplace_back(std::move(classes), absl::InfiniteFuture());
  }
  for (int round = 0; round < 2; ++round) {
    for (uint32_t n = 0; n < many.size(); ++n) ASSERT_EQ(counts_.Authorized(many[n]), kClasses - n + round);
    counts_.Add(acl::ClassId(kClasses - 1), 1);
  }
}

TEST_F(ClassCountsTest, AnEntitlementThatWasMovedFromCountsNothing) {
  for (uint32_t id = 0; id < kClasses; ++id) Change(id, 1);
  acl::Entitlement all = EveryNth(1);
  ASSERT_EQ(counts_.Authorized(all), kClasses);
  const acl::Entitlement moved = std::move(all);
  EXPECT_EQ(counts_.Authorized(moved), kClasses);
  EXPECT_EQ(counts_.Authorized(all), 0u);  // NOLINT(bugprone-use-after-move)
}

TEST(AuthorizedSumsTest, AKnownSumIsCarriedBothWays) {
  AuthorizedSums sums;
  const acl::Entitlement all = EveryNth(1);
  EXPECT_EQ(sums.Find(all, 0), std::nullopt);
  sums.Put(all, 0, 5);
  EXPECT_TRUE(sums.Note(0, acl::ClassId(1), 3));
  EXPECT_TRUE(sums.Note(1, acl::ClassId(kClasses + 1), 100)) << "of a class that is not in it";
  EXPECT_EQ(sums.Find(all, 2), 8u);
  EXPECT_EQ(sums.Find(all, 0), 5u);
  EXPECT_EQ(sums.Find(EveryNth(1), 2), std::nullopt) << "equal, but another";
  EXPECT_EQ(sums.Find(acl::Entitlement(all), 2), 8u) << "a copy";
}

TEST(AuthorizedSumsTest, ASecondHistoryIsNotTakenDown) {
  AuthorizedSums sums;
  EXPECT_TRUE(sums.Note(0, acl::ClassId(1), 1));
  EXPECT_FALSE(sums.Note(0, acl::ClassId(2), 1));
}

}  // namespace
}  // namespace usher::index
