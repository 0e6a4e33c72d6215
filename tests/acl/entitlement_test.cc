#include "acl/entitlement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "acl/id_bitmap.h"

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(EntitlementTest, NobodysContainsNothingForEver) {
  const Entitlement nobody;
  EXPECT_FALSE(nobody.Contains(ClassId(0)));
  EXPECT_FALSE(nobody.Contains(kNoClass));
  EXPECT_THAT(nobody.classes(), IsEmpty());
  EXPECT_EQ(nobody.valid_until(), absl::InfiniteFuture());
}

TEST(EntitlementTest, ContainsExactlyItsClassesAcrossWordBorders) {
  const Entitlement entitlement({ClassId(0), ClassId(63), ClassId(64), ClassId(127), ClassId(200)}, absl::UnixEpoch());
  for (uint32_t id = 0; id < 1'000; ++id) {
    const bool expected = id == 0 || id == 63 || id == 64 || id == 127 || id == 200;
    EXPECT_EQ(entitlement.Contains(ClassId(id)), expected) << id;
  }
  EXPECT_EQ(entitlement.valid_until(), absl::UnixEpoch());
}

TEST(EntitlementTest, ClassInternedLaterIsNotContained) {
  const Entitlement entitlement({ClassId(3)}, absl::InfiniteFuture());
  EXPECT_FALSE(entitlement.Contains(ClassId(4)));
  EXPECT_FALSE(entitlement.Contains(ClassId(64)));
  EXPECT_FALSE(entitlement.Contains(ClassId(4'000'000'000)));
}

TEST(EntitlementTest, TheClassOfDeletedRowsIsNeverContained) {
  const Entitlement entitlement({ClassId(1), kNoClass}, absl::InfiniteFuture());
  EXPECT_FALSE(entitlement.Contains(kNoClass));
  EXPECT_TRUE(entitlement.Contains(ClassId(1)));
  EXPECT_THAT(entitlement.classes(), ElementsAre(ClassId(1)));
}

TEST(EntitlementTest, OfNothingButDeletedRowsContainsNothingUntilItsEnd) {
  for (const std::vector<ClassId>& classes : {std::vector<ClassId>{}, {kNoClass}}) {
    const Entitlement entitlement(classes, absl::UnixEpoch());
    EXPECT_THAT(entitlement.classes(), IsEmpty());
    EXPECT_FALSE(entitlement.Contains(ClassId(0)));
    EXPECT_FALSE(entitlement.Contains(kNoClass));
    EXPECT_EQ(entitlement.valid_until(), absl::UnixEpoch());
  }
}

TEST(EntitlementTest, MoreClassesMakeAnotherOne) {
  const Entitlement before({ClassId(3)}, absl::InfiniteFuture());
  const Entitlement after = before.With({ClassId(200), ClassId(1)}, absl::UnixEpoch());
  EXPECT_THAT(before.classes(), ElementsAre(ClassId(3)));
  EXPECT_THAT(after.classes(), ElementsAre(ClassId(1), ClassId(3), ClassId(200)));
  EXPECT_TRUE(after.Contains(ClassId(200)));
  EXPECT_EQ(after.valid_until(), absl::UnixEpoch());
}

TEST(EntitlementTest, ListAndBitmapMakeTheSame) {
  IdBitmap bits(100);
  bits.Insert(7);
  bits.Insert(70);
  const Entitlement entitlement(bits, absl::UnixEpoch());
  EXPECT_THAT(entitlement.classes(), ElementsAre(ClassId(7), ClassId(70)));
  EXPECT_TRUE(entitlement.Contains(ClassId(70)));
  EXPECT_FALSE(entitlement.Contains(ClassId(71)));
}

TEST(EntitlementTest, BytesFollowTheClasses) {
  EXPECT_GE(Entitlement().bytes(), sizeof(Entitlement));
  EXPECT_GE(Entitlement({ClassId(80'000)}, absl::UnixEpoch()).bytes(), 10'000u);
}

TEST(IdBitmapTest, InsertSaysWhetherTheNumberIsNew) {
  IdBitmap bitmap;
  EXPECT_TRUE(bitmap.Insert(70));
  EXPECT_FALSE(bitmap.Insert(70));
  bitmap.Erase(70);
  EXPECT_FALSE(bitmap.Contains(70));
  EXPECT_TRUE(bitmap.Insert(70));
}

TEST(IdBitmapTest, ErasingBeyondTheEndDoesNothing) {
  IdBitmap bitmap(10);
  bitmap.Insert(9);
  bitmap.Erase(1'000'000);
  EXPECT_TRUE(bitmap.Contains(9));
}

TEST(IdBitmapTest, VisitsNumbersInAscendingOrder) {
  IdBitmap bitmap;
  for (const uint32_t id : {500u, 0u, 64u, 63u}) bitmap.Insert(id);
  std::vector<uint32_t> visited;
  bitmap.ForEach([&](uint32_t id) { visited.push_back(id); });
  EXPECT_THAT(visited, ElementsAre(0u, 63u, 64u, 500u));
}

}  // namespace
}  // namespace usher::acl
