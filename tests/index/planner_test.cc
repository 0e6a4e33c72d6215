// Which path a search takes, and which parts are sealed, merged or rewritten next.
#include "index/planner.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/merge_policy.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const IndexOptions kOptions = {.seal_rows = 1'000};

// 200,000 rows in one segment with cells.
PlanInput Authorized(uint64_t rows) {
  return {.mode = SearchMode::kAutomatic,
          .k = 10,
          .stride = 384,
          .live_rows = 200'000,
          .authorized_rows = rows,
          .head_rows = 0,
          .cells = 500,
          .graph_rows = 0};
}

TEST(PlannerTest, FewRowsAreScannedByBytesMoreByEstimatesMostByCells) {
  EXPECT_EQ(MakePlan(Authorized(20), kOptions).path, Path::kExact);
  EXPECT_EQ(MakePlan(Authorized(255), kOptions).path, Path::kExact);
  EXPECT_EQ(MakePlan(Authorized(15'000), kOptions).path, Path::kRuns);
  EXPECT_EQ(MakePlan(Authorized(100'000), kOptions).path, Path::kCells);
}

TEST(PlannerTest, StrictModeIsExactHoweverMuchThatCosts) {
  for (const uint64_t rows : {1u, 15'000u, 100'000u, 200'000u}) {
    PlanInput input = Authorized(rows);
    input.mode = SearchMode::kExact;
    input.graph_rows = 200'000;
    EXPECT_EQ(MakePlan(input, kOptions).path, Path::kExact);
  }
}

TEST(PlannerTest, WithoutCellsNoneAreVisited) {
  PlanInput input = Authorized(100'000);
  input.cells = 0;
  EXPECT_EQ(MakePlan(input, kOptions).path, Path::kRuns);
}

TEST(PlannerTest, CellsNeedAShareOfTheirRowsToBeAuthorized) {
  PlanInput input = Authorized(100'000);
  input.live_rows = 500'001;
  EXPECT_EQ(MakePlan(input, kOptions).path, Path::kRuns);
  input.live_rows = 500'000;
  EXPECT_EQ(MakePlan(input, kOptions).path, Path::kCells);
}

PlanInput CheapGraph() {
  PlanInput input = Authorized(200'000);
  input.graph_rows = 200'000;
  return input;
}

IndexOptions DearScans() {
  IndexOptions options = kOptions;
  options.costs.sign_byte = 10;
  options.costs.code_byte = 10;
  return options;
}

TEST(PlannerTest, TheGraphIsWalkedWhereScansAreDearer) {
  EXPECT_EQ(MakePlan(CheapGraph(), DearScans()).path, Path::kGraph);
  EXPECT_EQ(MakePlan(CheapGraph(), DearScans()).width, 96u);
  IndexOptions cheap_scans = kOptions;
  cheap_scans.costs.sign_byte = 0.01;
  EXPECT_EQ(MakePlan(CheapGraph(), cheap_scans).path, Path::kCells);
}

TEST(PlannerTest, TheGraphNeedsMostOfTheRowsAndMostOfThemAuthorized) {
  PlanInput input = CheapGraph();
  input.graph_rows = 100'000;
  EXPECT_NE(MakePlan(input, DearScans()).path, Path::kGraph);
  input = CheapGraph();
  input.authorized_rows = 159'999;
  EXPECT_NE(MakePlan(input, DearScans()).path, Path::kGraph);
  input.authorized_rows = 160'000;
  EXPECT_EQ(MakePlan(input, DearScans()).path, Path::kGraph);
}

TEST(PlannerTest, ManyResultsAndForbiddenRowsWidenTheWalkUpToALimit) {
  PlanInput input = CheapGraph();
  input.k = 100;
  EXPECT_EQ(MakePlan(input, DearScans()).width, 400u);
  input.authorized_rows = 160'000;
  EXPECT_EQ(MakePlan(input, DearScans()).width, 448u);
  input.k = 512;
  EXPECT_NE(MakePlan(input, DearScans()).path, Path::kGraph);
}

TEST(PlannerTest, MoreRowsAreExpectedToTakeLonger) {
  absl::Duration before = absl::ZeroDuration();
  for (const uint64_t rows : {20u, 200u, 2'000u, 20'000u, 200'000u}) {
    const absl::Duration predicted = MakePlan(Authorized(rows), kOptions).predicted;
    EXPECT_GT(predicted, before);
    before = predicted;
  }
  PlanInput unsealed = Authorized(20'000);
  unsealed.head_rows = 100'000;
  EXPECT_GT(MakePlan(unsealed, kOptions).predicted, MakePlan(Authorized(20'000), kOptions).predicted);
}

TEST(SearchCostsTest, AreMeasuredAsSomething) {
  const SearchCosts costs = MeasureSearchCosts();
  for (const double cost : {costs.code_byte, costs.sign_byte, costs.float_byte, costs.far_code_byte}) {
    EXPECT_GT(cost, 0);
    EXPECT_LT(cost, 100);
  }
}

PartStats Segment(uint64_t rows, uint64_t live_rows, uint64_t moved_rows = 0) {
  return {.sealed = true, .open = false, .rows = rows, .live_rows = live_rows, .moved_rows = moved_rows};
}
PartStats OpenHead() { return {.sealed = false, .open = true, .rows = 5, .live_rows = 5}; }
PartStats FullHead() { return {.sealed = false, .open = false, .rows = 1'000, .live_rows = 1'000}; }

TEST(MergePolicyTest, LeavesTheOpenHeadAlone) {
  EXPECT_THAT(ChooseMaintenance({OpenHead()}, 1'000, Effort::kKeepUp), IsEmpty());
}

TEST(MergePolicyTest, SealsAFullHeadBeforeAnythingElse) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 10), FullHead(), OpenHead()}, 1'000, Effort::kKeepUp), ElementsAre(1));
}

TEST(MergePolicyTest, RewritesASegmentThatIsMostlyDead) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 500), OpenHead()}, 1'000, Effort::kKeepUp), IsEmpty());
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 499), OpenHead()}, 1'000, Effort::kKeepUp), ElementsAre(0));
}

TEST(MergePolicyTest, RewritesASegmentWhoseRowsMostlyMoved) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 1'000, 501)}, 1'000, Effort::kKeepUp), ElementsAre(0));
}

TEST(MergePolicyTest, MergesFourSegmentsOfSimilarSize) {
  const std::vector<PartStats> parts = {Segment(1'000, 1'000), Segment(50'000, 50'000), Segment(1'200, 1'200),
                                        Segment(900, 900), OpenHead()};
  EXPECT_THAT(ChooseMaintenance(parts, 1'000, Effort::kKeepUp), IsEmpty());
  std::vector<PartStats> more = parts;
  more.push_back(Segment(1'100, 1'100));
  EXPECT_THAT(ChooseMaintenance(more, 1'000, Effort::kKeepUp), ::testing::UnorderedElementsAre(0, 2, 3, 5));
}

TEST(MergePolicyTest, SettlingMakesOneSegmentUnlessTheLargestIsNearlyAll) {
  const std::vector<PartStats> parts = {Segment(70'000, 70'000), OpenHead(), Segment(9'000, 9'000),
                                        Segment(1'100, 1'000)};
  EXPECT_THAT(ChooseMaintenance(parts, 1'000, Effort::kKeepUp), IsEmpty());
  EXPECT_THAT(ChooseMaintenance(parts, 1'000, Effort::kSettle), ElementsAre(0, 2, 3));
  EXPECT_THAT(ChooseMaintenance({Segment(70'100, 70'100), Segment(10'000, 10'000)}, 1'000, Effort::kSettle), IsEmpty());
  EXPECT_THAT(ChooseMaintenance({Segment(70'000, 70'000)}, 1'000, Effort::kSettle), IsEmpty());
  EXPECT_THAT(
      ChooseMaintenance(std::vector<PartStats>(2, Segment(kMaxMergedRows, kMaxMergedRows)), 1'000, Effort::kSettle),
      IsEmpty());
}

TEST(MergePolicyTest, NeverMakesASegmentBeyondTheBound) {
  const std::vector<PartStats> parts(8, Segment(kMaxMergedRows / 3, kMaxMergedRows / 3));
  EXPECT_THAT(ChooseMaintenance(parts, 1'000, Effort::kKeepUp), IsEmpty());
}

}  // namespace
}  // namespace usher::index
