// Which path a search takes, and which parts are sealed, merged or rewritten next.
#include "index/planner.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/faiss_graph.h"
#include "index/merge_policy.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const IndexOptions kOptions = {.seal_rows = 1'000, .graph_min_authorized = 20'000, .graph_min_selectivity = 0.5};

PlanInput MostlyAuthorized() {
  return {.mode = SearchMode::kAutomatic,
          .k = 10,
          .live_rows = 100'000,
          .authorized_rows = 100'000,
          .has_sealed_segment = true};
}

TEST(PlannerTest, UsesTheGraphWhenMostIsAuthorized) {
  const Plan plan = MakePlan(MostlyAuthorized(), kOptions);
  EXPECT_TRUE(plan.use_graph);
  EXPECT_EQ(plan.ef, 64);
}

TEST(PlannerTest, StrictModeIsExact) {
  PlanInput input = MostlyAuthorized();
  input.mode = SearchMode::kExact;
  EXPECT_FALSE(MakePlan(input, kOptions).use_graph);
}

TEST(PlannerTest, FewAuthorizedRowsAreScanned) {
  PlanInput input = MostlyAuthorized();
  input.live_rows = 20'000;
  input.authorized_rows = 19'999;
  EXPECT_FALSE(MakePlan(input, kOptions).use_graph);
}

TEST(PlannerTest, ASmallShareIsScanned) {
  PlanInput input = MostlyAuthorized();
  input.authorized_rows = 49'999;
  EXPECT_FALSE(MakePlan(input, kOptions).use_graph);
}

TEST(PlannerTest, WithoutASegmentThereIsNoGraph) {
  PlanInput input = MostlyAuthorized();
  input.has_sealed_segment = false;
  EXPECT_FALSE(MakePlan(input, kOptions).use_graph);
}

TEST(PlannerTest, NothingAuthorizedIsExactEvenWithoutThresholds) {
  PlanInput input = MostlyAuthorized();
  input.authorized_rows = 0;
  EXPECT_FALSE(MakePlan(input, {.graph_min_authorized = 0, .graph_min_selectivity = 0}).use_graph);
}

TEST(PlannerTest, AnEmptyCollectionIsExactEvenWithoutThresholds) {
  PlanInput input = MostlyAuthorized();
  input.live_rows = 0;
  input.authorized_rows = 0;
  EXPECT_FALSE(MakePlan(input, {.graph_min_authorized = 0, .graph_min_selectivity = 0}).use_graph);
}

TEST(PlannerTest, ManyResultsWidenTheGraphSearch) {
  PlanInput input = MostlyAuthorized();
  input.k = 100;
  EXPECT_EQ(MakePlan(input, kOptions).ef, 200);
}

TEST(PlannerTest, ForbiddenRowsWidenTheGraphSearch) {
  PlanInput input = MostlyAuthorized();
  input.authorized_rows = 50'000;
  EXPECT_EQ(MakePlan(input, kOptions).ef, 128);
}

TEST(PlannerTest, MoreResultsThanTheGraphCanKeepAreScanned) {
  PlanInput input = MostlyAuthorized();
  input.k = FaissGraph::kMaxEf / 2;
  EXPECT_EQ(MakePlan(input, kOptions).ef, FaissGraph::kMaxEf);
  input.k = FaissGraph::kMaxEf / 2 + 1;
  EXPECT_FALSE(MakePlan(input, kOptions).use_graph);
}

TEST(PlannerTest, ASegmentOfForbiddenRowsIsNotSearchedByItsGraph) {
  EXPECT_TRUE(SegmentUsesGraph(100, 50, kOptions));
  EXPECT_FALSE(SegmentUsesGraph(100, 49, kOptions));
  EXPECT_FALSE(SegmentUsesGraph(0, 0, kOptions));
}

PartStats Segment(uint64_t rows, uint64_t live_rows, uint64_t moved_rows = 0) {
  return {.sealed = true, .open = false, .rows = rows, .live_rows = live_rows, .moved_rows = moved_rows};
}
PartStats OpenHead() { return {.sealed = false, .open = true, .rows = 5, .live_rows = 5}; }
PartStats FullHead() { return {.sealed = false, .open = false, .rows = 1'000, .live_rows = 1'000}; }

TEST(MergePolicyTest, LeavesTheOpenHeadAlone) { EXPECT_THAT(ChooseMaintenance({OpenHead()}, 1'000), IsEmpty()); }

TEST(MergePolicyTest, SealsAFullHeadBeforeAnythingElse) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 10), FullHead(), OpenHead()}, 1'000), ElementsAre(1));
}

TEST(MergePolicyTest, RewritesASegmentThatIsMostlyDead) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 500), OpenHead()}, 1'000), IsEmpty());
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 499), OpenHead()}, 1'000), ElementsAre(0));
}

TEST(MergePolicyTest, RewritesASegmentWhoseRowsMostlyMoved) {
  EXPECT_THAT(ChooseMaintenance({Segment(1'000, 1'000, 501)}, 1'000), ElementsAre(0));
}

TEST(MergePolicyTest, MergesFourSegmentsOfSimilarSize) {
  const std::vector<PartStats> parts = {Segment(1'000, 1'000), Segment(50'000, 50'000), Segment(1'200, 1'200),
                                        Segment(900, 900), OpenHead()};
  EXPECT_THAT(ChooseMaintenance(parts, 1'000), IsEmpty());
  std::vector<PartStats> more = parts;
  more.push_back(Segment(1'100, 1'100));
  EXPECT_THAT(ChooseMaintenance(more, 1'000), ::testing::UnorderedElementsAre(0, 2, 3, 5));
}

TEST(MergePolicyTest, NeverMakesASegmentBeyondTheBound) {
  const std::vector<PartStats> parts(8, Segment(kMaxMergedRows / 3, kMaxMergedRows / 3));
  EXPECT_THAT(ChooseMaintenance(parts, 1'000), IsEmpty());
}

}  // namespace
}  // namespace usher::index
