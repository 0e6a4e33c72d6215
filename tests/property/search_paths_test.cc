// Random histories of writes, seals and merges, of documents whose chunks differ in class; at any moment the index must
// answer as brute force over the mirror does, on every path. Repeat a run with USHER_SEED.
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/prefer_path.h"
#include "tests/property/run_length.h"
#include "tests/property/search_judge.h"
#include "tests/property/search_world.h"

namespace usher::index::testing {
namespace {

// Small and never at rest, each on another path.
WorldShape Restless(uint32_t number, RowFormat format) {
  WorldShape shape;
  const auto path = static_cast<Path>(number % 4);
  // Too narrow for any codes, wide enough for estimates, and wide enough for codes of bytes.
  constexpr int kDimensions[] = {3, 130, 40, 66};
  shape.dimension = kDimensions[number % 4] + static_cast<int>(number % 5);
  shape.name = "Restless" + std::to_string(number) + std::string(index::NameOf(format));
  shape.options = Prefer(path, 40 + number % 3 * 100);
  shape.options.row_format = format;
  return shape;
}

// Thousands of rows around topics, as embedded text lies.
WorldShape Crowded(int dimension, bool class_by_topic, RowFormat format = RowFormat::kFloat32) {
  WorldShape shape;
  shape.name = "Crowded" + std::to_string(dimension) + (class_by_topic ? "ClassByTopic" : "") +
               std::string(index::NameOf(format));
  shape.dimension = dimension;
  shape.rows = 3'000;
  shape.classes = 60;
  shape.topics = 30;
  shape.class_by_topic = class_by_topic;
  shape.most_k = 1'000;
  shape.options = Prefer(class_by_topic ? Path::kCells : Path::kGraph, 700);
  shape.options.row_format = format;
  return shape;
}

class SearchPathsTest : public ::testing::TestWithParam<WorldShape> {
 protected:
  // A history of `stretches`, each of some writes and some maintenance, with questions after each; and at the end
  // questions about moments that are long past.
  void Run(int stretches, int writes, int questions) {
    const uint64_t seed =
        tests::Seed() + static_cast<uint64_t>(GetParam().dimension) * 1'000 + GetParam().options.seal_rows;
    SearchWorld world(seed, GetParam());
    SearchCases cases(seed + 1, GetParam());
    while (world.Remember().mirror.rows() < GetParam().rows) world.Write();
    std::vector<Moment> past;
    for (int stretch = 0; stretch < stretches && !HasFailure(); ++stretch) {
      for (int i = 0; i < writes; ++i) {
        world.Write();
        if (cases.Below(5) == 0) world.Maintain();
      }
      Ask(world.Remember(), cases, questions);
      if (stretch % (stretches / 4) == 0) past.push_back(world.Remember());
    }
    for (const Moment& moment : past) Ask(moment, cases, 5);
    EXPECT_GE(world.installed(), 4u) << "hardly anything was sealed or merged";
    Report();
  }

  const SearchTally& tally() const { return tally_; }

 private:
  void Ask(const Moment& moment, SearchCases& cases, int questions) {
    for (int i = 0; i < questions && !HasFailure(); ++i) {
      const auto wrong = JudgeMoment(moment, cases.Any(), &tally_);
      EXPECT_EQ(wrong, std::nullopt) << *wrong << "; repeat with USHER_SEED=" << tests::Seed();
    }
  }

  void Report() const {
    std::cout << "seed " << tests::Seed() << ": " << tally_.answers << " answers, recall " << tally_.recall() << ", of "
              << tally_.approximate << " approximate ones " << tally_.approximate_recall();
    for (const auto& [path, count] : tally_.paths) std::cout << ", " << count << " by " << path;
    std::cout << std::endl;
  }

  SearchTally tally_;
};

class RestlessWorlds : public SearchPathsTest {};

TEST_P(RestlessWorlds, AnswerAsTheMirrorNowAndForEveryRememberedMoment) {
  Run(200, 7, 1);
  EXPECT_GT(tally().rows_judged, 100'000u);
  if (GetParam().dimension < 32) return;
  EXPECT_GT(tally().approximate, 10u) << "the history hardly left the exact path";
  EXPECT_GT(tally().approximate_recall(), 0.9);
}

class CrowdedWorlds : public SearchPathsTest {};

TEST_P(CrowdedWorlds, AnswerAsTheMirrorAndFindNearlyAllOfTheBest) {
  Run(20, 50, 6);
  EXPECT_GT(tally().approximate, 10u) << "the history hardly left the exact path";
  EXPECT_GE(tally().recall(), 0.95);
}

std::vector<WorldShape> AllRestless() {
  std::vector<WorldShape> shapes;
  for (uint32_t number = 1; number <= 10; ++number) shapes.push_back(Restless(number, RowFormat::kFloat32));
  for (uint32_t number = 11; number <= 16; ++number) shapes.push_back(Restless(number, RowFormat::kFloat16));
  return shapes;
}

std::string NameOf(const ::testing::TestParamInfo<WorldShape>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Shapes, RestlessWorlds, ::testing::ValuesIn(AllRestless()), NameOf);
INSTANTIATE_TEST_SUITE_P(Shapes, CrowdedWorlds,
                         ::testing::Values(Crowded(64, false), Crowded(64, true), Crowded(200, true),
                                           Crowded(384, false), Crowded(200, true, RowFormat::kFloat16),
                                           Crowded(384, false, RowFormat::kFloat16)),
                         NameOf);

}  // namespace
}  // namespace usher::index::testing
