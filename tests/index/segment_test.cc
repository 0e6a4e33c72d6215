#include "index/segment.h"

#include <random>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/prefer_path.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using testing::Entitled;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int kDimension = 32;  // wide enough for codes

// Row i has version i + 1 and class i % 3.
class SegmentTest : public ::testing::Test {
 protected:
  SegmentTest() : random_(1), values_(kRows * kDimension), query_(kDimension) {
    const std::vector<float> rows = testing::RandomRows(random_, kRows, kDimension);
    std::copy(rows.begin(), rows.end(), values_.data());
    std::copy_n(rows.data(), kDimension, query_.data());
    Seal();
  }

  void Seal() {
    view_ = {};
    view_.sealed = SealedSegment::Build(kDimension, Source(), options_, {}).value();
    std::vector<acl::ClassId> classes;
    for (const ClassRun& run : view_.sealed->runs()) classes.insert(classes.end(), run.end - run.begin, run.class_id);
    view_.classes = ClassMap(classes);
  }

  std::vector<SourceRow> Source() const {
    std::vector<SourceRow> rows;
    for (uint32_t i = 0; i < kRows; ++i) {
      rows.push_back({values_.data() + i * kDimension, {acl::DocumentVersion(i + 1), 0}, acl::ClassId(i % 3)});
    }
    return rows;
  }

  std::vector<uint64_t> Scanned(const acl::Entitlement& entitlement) const {
    return Offered(entitlement,
                   [&](SearchBudget*, Scanner* scanner) { return view_.Scan(entitlement, Care::kCertain, scanner); });
  }

  std::vector<uint64_t> Offered(const acl::Entitlement& entitlement,
                                absl::FunctionRef<absl::Status(SearchBudget*, Scanner*)> scan) const {
    TopK best(100);
    SearchBudget budget(absl::InfiniteFuture(), not_cancelled_);
    Scanner scanner(query_.data(), kDimension, entitlement, &budget, &best);
    EXPECT_TRUE(scan(&budget, &scanner).ok());
    scanner.Finish();
    return Versions(&best);
  }

  std::vector<float> Row(uint32_t i) const {
    std::vector<float> row(kDimension);
    view_.sealed->row(i).CopyTo(kDimension, RowFormat::kFloat32, row.data());
    return row;
  }

  // As the writer does when the class of a row changes.
  void SetClass(uint32_t row, acl::ClassId class_id) {
    view_.classes.Fill(row, 1, class_id);
    view_.reviewed.Set({row});
  }

  static uint64_t Authorized(const SealedSegment& segment, const acl::Entitlement& entitlement) {
    uint64_t rows = 0;
    segment.ForEachAuthorizedRun(entitlement, [&](const ClassRun& run) {
      rows += run.end - run.begin;
      return true;
    });
    return rows;
  }

  static std::vector<uint64_t> Versions(TopK* best) {
    std::vector<uint64_t> versions;
    for (const Candidate& candidate : best->TakeSorted()) versions.push_back(candidate.key.version.value());
    return versions;
  }

  static constexpr uint32_t kRows = 9;
  std::mt19937 random_;
  AlignedFloats values_;
  AlignedFloats query_;
  IndexOptions options_;
  SegmentView view_;
  std::function<bool()> not_cancelled_;
};

TEST_F(SegmentTest, SortsByClassThenKeyAndKnowsItsRuns) {
  std::vector<uint64_t> versions;
  for (const RowKey& key : view_.sealed->keys()) versions.push_back(key.version.value());
  EXPECT_THAT(versions, ElementsAre(1, 4, 7, 2, 5, 8, 3, 6, 9));
  ASSERT_EQ(view_.sealed->runs().size(), 3u);
  EXPECT_EQ(view_.sealed->runs()[1].begin, 3u);
  EXPECT_EQ(view_.sealed->runs()[1].end, 6u);
  for (uint32_t i = 0; i < kRows; ++i) {
    const float* original = values_.data() + (versions[i] - 1) * kDimension;
    EXPECT_TRUE(std::equal(original, original + kDimension, Row(i).begin()));
  }
}

TEST_F(SegmentTest, HalvesTakeHalfTheMemoryAndHoldWhatTheyCan) {
  const size_t bytes = view_.sealed->row_bytes().size();
  options_.row_format = RowFormat::kFloat16;
  Seal();
  EXPECT_EQ(view_.sealed->row_bytes().size(), bytes / 2);
  for (uint32_t i = 0; i < kRows; ++i) {
    const float* original = values_.data() + (view_.sealed->keys()[i].version.value() - 1) * kDimension;
    EXPECT_EQ(Row(i), testing::Kept({original, original + kDimension}, RowFormat::kFloat16));
  }
}

TEST_F(SegmentTest, ScanReturnsTheRunsOfTheEntitlement) {
  EXPECT_THAT(Scanned(Entitled({1})), UnorderedElementsAre(2, 5, 8));
  EXPECT_THAT(Scanned(Entitled({0, 2, 77})), UnorderedElementsAre(1, 4, 7, 3, 6, 9));
  EXPECT_THAT(Scanned(acl::Entitlement()), IsEmpty());
}

TEST_F(SegmentTest, DeletedRowsAreGoneFromTheirRun) {
  SetClass(4, acl::kNoClass);
  EXPECT_THAT(Scanned(Entitled({1})), UnorderedElementsAre(2, 8));
}

TEST_F(SegmentTest, AMovedRowFollowsItsNewClassOnly) {
  SetClass(4, acl::ClassId(2));
  view_.moved.Append({4, 1, acl::ClassId(1)});
  EXPECT_THAT(Scanned(Entitled({1})), UnorderedElementsAre(2, 8));
  EXPECT_THAT(Scanned(Entitled({2})), UnorderedElementsAre(3, 6, 9, 5));
}

TEST_F(SegmentTest, AMovedRowIsNotReturnedTwiceToWhoMayReadBothClasses) {
  SetClass(4, acl::ClassId(2));
  view_.moved.Append({4, 1, acl::ClassId(1)});
  EXPECT_THAT(Scanned(Entitled({1, 2})), UnorderedElementsAre(2, 5, 8, 3, 6, 9));
}

TEST_F(SegmentTest, ARowThatMovedBackIsReturnedOnce) {
  SetClass(4, acl::ClassId(1));
  view_.moved.Append({4, 1, acl::ClassId(1)});
  EXPECT_THAT(Scanned(Entitled({1})), UnorderedElementsAre(2, 5, 8));
}

TEST_F(SegmentTest, CellsAndGraphJudgeByTheCurrentClass) {
  options_ = testing::Prefer(Path::kGraph, kRows);
  Seal();
  ASSERT_NE(view_.sealed->cells(), nullptr);
  ASSERT_NE(view_.sealed->graph(), nullptr);
  for (uint32_t row = 0; row < kRows; ++row) {
    const uint64_t version = view_.sealed->keys()[row].version.value();
    if (version == 2) SetClass(row, acl::kNoClass);
    if (version == 5) SetClass(row, acl::ClassId(2));
    if (version == 5) view_.moved.Append({row, 1, acl::ClassId(1)});
  }
  for (const auto& [classes, versions] :
       std::vector<std::pair<acl::Entitlement, std::vector<uint64_t>>>{{Entitled({1}), {8}},
                                                                       {Entitled({2}), {3, 5, 6, 9}},
                                                                       {Entitled({1, 2}), {3, 5, 6, 8, 9}},
                                                                       {Entitled({}), {}}}) {
    EXPECT_THAT(Scanned(classes), ::testing::UnorderedElementsAreArray(versions));
    EXPECT_THAT(
        Offered(classes, [&](SearchBudget*, Scanner* s) { return view_.ScanCells(classes, {.authorized = 3}, s); }),
        ::testing::UnorderedElementsAreArray(versions));
    EXPECT_THAT(Offered(classes, [&](SearchBudget* b, Scanner* s) { return view_.WalkGraph(classes, kRows, b, s); }),
                ::testing::UnorderedElementsAreArray(versions));
  }
}

TEST_F(SegmentTest, CellsHoldEveryRowOnceInPiecesOfOneClass) {
  options_ = testing::Prefer(Path::kCells, kRows);
  Seal();
  std::set<uint32_t> rows;
  for (uint32_t cell = 0; cell < view_.sealed->cells()->size(); ++cell) {
    uint32_t of_cell = 0;
    for (const ClassRun& piece : view_.sealed->pieces(cell)) {
      of_cell += piece.end - piece.begin;
      for (uint32_t row = piece.begin; row < piece.end; ++row) {
        EXPECT_TRUE(rows.insert(row).second);
        EXPECT_EQ(view_.sealed->run_of(row).class_id, piece.class_id);
      }
    }
    EXPECT_EQ(view_.sealed->cell_rows(cell), of_cell);
  }
  EXPECT_EQ(rows.size(), kRows);
}

TEST_F(SegmentTest, CountsAuthorizedRowsForFewAndForManyClasses) {
  EXPECT_EQ(Authorized(*view_.sealed, Entitled({2})), 3u);
  EXPECT_EQ(Authorized(*view_.sealed, Entitled({0, 1, 2, 3, 4, 5})), 9u);
  EXPECT_EQ(Authorized(*view_.sealed, acl::Entitlement()), 0u);
}

TEST_F(SegmentTest, BothWaysThroughTheDirectoryAgree) {
  std::vector<SourceRow> rows;
  for (uint32_t i = 0; i < 400; ++i) {
    rows.push_back({values_.data(), {acl::DocumentVersion(i), 0}, acl::ClassId(i / 2 * 3)});
  }
  const auto segment = SealedSegment::Build(kDimension, rows, options_, {}).value();
  std::vector<uint32_t> many;
  for (uint32_t id = 0; id < 600; ++id) many.push_back(id);
  EXPECT_EQ(Authorized(*segment, Entitled({3, 4, 5, 300, 597, 9'000})), 6u);
  EXPECT_EQ(Authorized(*segment, Entitled(many)), 400u);
}

TEST_F(SegmentTest, BuildStopsWhenTold) {
  EXPECT_TRUE(absl::IsCancelled(SealedSegment::Build(kDimension, Source(), options_, [] { return true; }).status()));
}

}  // namespace
}  // namespace usher::index
