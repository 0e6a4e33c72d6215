#include "acl/asker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Clearance kNone;

TEST(ClearanceTest, CompartmentsAreSortedAndUnique) {
  const auto clearance = CanonicalClearance(kMaxLevel, {"mna", "board", "mna"});
  ASSERT_TRUE(clearance.ok());
  EXPECT_EQ(clearance->level, kMaxLevel);
  EXPECT_THAT(clearance->compartments, ElementsAre("board", "mna"));
}

TEST(ClearanceTest, LevelAndCompartmentsAreBounded) {
  EXPECT_EQ(CanonicalClearance(kMaxLevel + 1, {}).status(),
            absl::InvalidArgumentError("clearance level is 256; at most 255"));
  EXPECT_TRUE(CanonicalClearance(0, std::vector<std::string>(kMaxCompartments, "mna")).ok());
  EXPECT_THAT(std::string(CanonicalClearance(0, std::vector<std::string>(65, "mna")).status().message()),
              HasSubstr("compartments: there are 65; at most 64"));
  EXPECT_EQ(CanonicalClearance(0, {"two words"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ClearanceTest, OnlyOneWithoutLevelAndCompartmentsIsEmpty) {
  EXPECT_TRUE(kNone.empty());
  EXPECT_FALSE((Clearance{1, {}}.empty()));
  EXPECT_FALSE((Clearance{0, {"mna"}}.empty()));
}

TEST(ClearanceTest, LevelAndCompartmentsBothTellClearancesApart) {
  const Clearance clearance{1, {"mna"}};
  EXPECT_EQ(clearance, (Clearance{1, {"mna"}}));
  EXPECT_NE(clearance, (Clearance{2, {"mna"}}));
  EXPECT_NE(clearance, (Clearance{1, {"hr"}}));
}

TEST(LabelTest, EveryFieldTellsLabelsApart) {
  const Label label{1, {"mna"}, {"audit"}};
  EXPECT_EQ(label, (Label{1, {"mna"}, {"audit"}}));
  EXPECT_NE(label, (Label{2, {"mna"}, {"audit"}}));
  EXPECT_NE(label, (Label{1, {"hr"}, {"audit"}}));
  EXPECT_NE(label, (Label{1, {"mna"}, {"legal"}}));
}

TEST(LabelTest, OnlyOneThatAsksForNothingIsEmpty) {
  EXPECT_TRUE(Label().empty());
  EXPECT_FALSE((Label{1, {}, {}}.empty()));
  EXPECT_FALSE((Label{0, {"mna"}, {}}.empty()));
  EXPECT_FALSE((Label{0, {}, {"audit"}}.empty()));
}

TEST(SatisfiesTest, EmptyLabelAsksForNothing) {
  EXPECT_TRUE(Satisfies(kNone, "", {}));
  EXPECT_TRUE(Satisfies(kNone, "audit", {}));
}

TEST(SatisfiesTest, LevelMustBeReached) {
  EXPECT_FALSE(Satisfies({2, {}}, "", {3, {}, {}}));
  EXPECT_TRUE(Satisfies({3, {}}, "", {3, {}, {}}));
  EXPECT_TRUE(Satisfies({4, {}}, "", {3, {}, {}}));
}

TEST(SatisfiesTest, EveryCompartmentIsNeeded) {
  const Label label{0, {"board", "mna"}, {}};
  EXPECT_FALSE(Satisfies({kMaxLevel, {}}, "", label));
  EXPECT_FALSE(Satisfies({0, {"mna"}}, "", label));
  EXPECT_TRUE(Satisfies({0, {"board", "hr", "mna"}}, "", label));
}

TEST(SatisfiesTest, OneOfThePurposesMustBeStated) {
  const Label label{0, {}, {"audit", "legal"}};
  EXPECT_FALSE(Satisfies(kNone, "", label));
  EXPECT_FALSE(Satisfies(kNone, "marketing", label));
  EXPECT_TRUE(Satisfies(kNone, "audit", label));
  EXPECT_TRUE(Satisfies(kNone, "legal", label));
}

TEST(SatisfiesTest, NoPurposeIsNeverAPurpose) { EXPECT_FALSE(Satisfies(kNone, "", {0, {}, {""}})); }

TEST(ClearanceTableTest, WhoeverWasNeverClearedHasNothing) {
  ClearanceTable table;
  EXPECT_TRUE(table.Of("user:a").empty());
  table.Set("user:b", {1, {}});
  EXPECT_TRUE(table.Of("user:a").empty());
}

TEST(ClearanceTableTest, TheLastClearanceCounts) {
  ClearanceTable table;
  table.Set("user:a", {1, {"mna"}});
  table.Set("user:a", {2, {}});
  EXPECT_EQ(table.Of("user:a"), (Clearance{2, {}}));
  EXPECT_EQ(table.entries().size(), 1u);
}

TEST(ClearanceTableTest, AnEmptyClearanceRemovesTheEntry) {
  ClearanceTable table;
  table.Set("user:a", {1, {}});
  table.Set("user:a", {});
  table.Set("user:b", {});
  EXPECT_TRUE(table.Of("user:a").empty());
  EXPECT_THAT(table.entries(), IsEmpty());
}

}  // namespace
}  // namespace usher::acl
