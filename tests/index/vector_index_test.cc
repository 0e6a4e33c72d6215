#include "index/vector_index.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/prefer_path.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using testing::Entitled;
using ::testing::IsEmpty;
using testing::RandomRows;
using testing::RunMaintenance;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr int kDimension = 12;
// Enough for codes of every kind.
constexpr int kWide = 130;
const IndexOptions kSmall = testing::Prefer(Path::kGraph, 32);

acl::DocumentVersion Version(uint64_t value) { return acl::DocumentVersion(value); }

class VectorIndexTest : public ::testing::Test {
 protected:
  VectorIndexTest() : random_(1), index_(kDimension, kSmall), query_(RandomRows(random_, 1, kDimension)) {}

  void Insert(uint64_t version, uint32_t class_id, size_t chunks = 1) {
    index_.Insert(Version(version), acl::ClassId(class_id), RandomRows(random_, chunks, kDimension));
  }
  void InsertMany(uint64_t first, uint64_t last, uint32_t class_id) {
    for (uint64_t version = first; version <= last; ++version) Insert(version, class_id);
  }

  absl::StatusOr<SearchResult> Search(const acl::Entitlement& entitlement, int k = 1'000,
                                      SearchMode mode = SearchMode::kExact) const {
    Query query;
    query.vector = query_;
    query.k = k;
    query.mode = mode;
    return index_.Snapshot()->Search(query, entitlement);
  }

  std::vector<uint64_t> Readable(std::vector<uint32_t> classes) const {
    std::vector<uint64_t> versions;
    const auto result = Search(Entitled(std::move(classes)));
    for (const Candidate& candidate : result->candidates) {
      versions.push_back(candidate.key.version.value());
    }
    return versions;
  }

  std::mt19937 random_;
  VectorIndex index_;
  std::vector<float> query_;
};

TEST_F(VectorIndexTest, EmptyIndexHasNoAnswers) {
  EXPECT_THAT(Search(Entitled({0, 1}))->candidates, IsEmpty());
  EXPECT_EQ(index_.Snapshot()->live_rows(), 0u);
  EXPECT_EQ(index_.NextMaintenance(), nullptr);
}

TEST_F(VectorIndexTest, OnlyEntitledClassesAreFound) {
  InsertMany(1, 3, 0);
  InsertMany(4, 5, 1);
  EXPECT_THAT(Readable({1}), UnorderedElementsAre(4, 5));
  EXPECT_THAT(Readable({}), IsEmpty());
  EXPECT_THAT(Readable({2, 3}), IsEmpty());
}

TEST_F(VectorIndexTest, ResultsAreBestFirstWithTheirScores) {
  InsertMany(1, 40, 0);
  const auto result = Search(Entitled({0}), 10);
  ASSERT_THAT(result->candidates, SizeIs(10));
  EXPECT_TRUE(std::is_sorted(result->candidates.begin(), result->candidates.end(),
                             [](const Candidate& a, const Candidate& b) { return a.score > b.score; }));
  EXPECT_EQ(result->path, "exact");
  EXPECT_EQ(result->scanned, 40u);
}

TEST_F(VectorIndexTest, EqualScoresComeByKeyAcrossHeadAndSegments) {
  const std::vector<float> same = RandomRows(random_, 1, kDimension);
  for (uint64_t version = 100; version > 0; --version) index_.Insert(Version(version), acl::ClassId(0), same);
  ASSERT_GT(RunMaintenance(&index_), 0);
  const auto result = Search(Entitled({0}), 5);
  std::vector<uint64_t> versions;
  for (const Candidate& candidate : result->candidates) versions.push_back(candidate.key.version.value());
  EXPECT_THAT(versions, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(VectorIndexTest, RevokedRowsAreGoneFromTheNextSnapshotInHeadAndSegment) {
  InsertMany(1, 32, 0);
  InsertMany(33, 34, 0);
  ASSERT_EQ(RunMaintenance(&index_), 1);
  index_.Remove(Version(5));
  index_.Reclassify(Version(6), acl::ClassId(9));
  index_.Remove(Version(33));
  index_.Reclassify(Version(34), acl::ClassId(9));
  EXPECT_THAT(Readable({0}), SizeIs(30));
  EXPECT_THAT(Readable({9}), UnorderedElementsAre(6, 34));
  EXPECT_EQ(index_.Snapshot()->live_rows(), 32u);
}

TEST_F(VectorIndexTest, AnOldSnapshotKeepsItsMoment) {
  InsertMany(1, 40, 0);
  const auto old = index_.Snapshot();
  InsertMany(41, 80, 0);
  for (uint64_t version = 1; version <= 40; ++version) index_.Remove(Version(version));
  RunMaintenance(&index_);
  Query query;
  query.vector = query_;
  query.k = 1'000;
  EXPECT_THAT(old->Search(query, Entitled({0}))->candidates, SizeIs(40));
  EXPECT_EQ(old->live_rows(), 40u);
  EXPECT_THAT(Readable({0}), SizeIs(40));
}

TEST_F(VectorIndexTest, WritesDuringMaintenanceAreKept) {
  InsertMany(1, 32, 0);
  auto job = index_.NextMaintenance();
  ASSERT_NE(job, nullptr);
  index_.Remove(Version(1));
  ASSERT_TRUE(job->Run({}));
  index_.Reclassify(Version(2), acl::ClassId(1));
  index_.Remove(Version(3));
  Insert(3, 5);
  Insert(50, 0);
  index_.Install(*job);
  EXPECT_THAT(Readable({0}), SizeIs(30));
  EXPECT_THAT(Readable({1}), ElementsAre(2));
  EXPECT_THAT(Readable({5}), ElementsAre(3));
  index_.Remove(Version(2));
  index_.Reclassify(Version(4), acl::ClassId(1));
  EXPECT_THAT(Readable({1}), ElementsAre(4));
  EXPECT_EQ(index_.Snapshot()->live_rows(), 31u);
}

TEST_F(VectorIndexTest, AStoppedJobChangesNothing) {
  InsertMany(1, 32, 0);
  auto job = index_.NextMaintenance();
  EXPECT_FALSE(job->Run([] { return true; }));
  index_.Install(*job);
  EXPECT_THAT(Readable({0}), SizeIs(32));
  EXPECT_EQ(RunMaintenance(&index_), 1);
  EXPECT_THAT(Readable({0}), SizeIs(32));
}

TEST_F(VectorIndexTest, AJobOfAnotherIndexIsNotInstalled) {
  VectorIndex other(kDimension, kSmall);
  for (uint64_t version = 1; version <= 32; ++version) {
    other.Insert(Version(version), acl::ClassId(0), RandomRows(random_, 1, kDimension));
  }
  InsertMany(1, 32, 1);
  auto job = other.NextMaintenance();
  ASSERT_TRUE(job->Run({}));
  index_.Install(*job);
  EXPECT_THAT(Readable({0}), IsEmpty());
  EXPECT_THAT(Readable({1}), SizeIs(32));
}

TEST_F(VectorIndexTest, TheSecondOfTwoEqualJobsIsNotInstalled) {
  InsertMany(1, 32, 0);
  auto first = index_.NextMaintenance();
  auto second = index_.NextMaintenance();
  ASSERT_TRUE(first->Run({}));
  ASSERT_TRUE(second->Run({}));
  index_.Install(*first);
  index_.Remove(Version(1));
  index_.Install(*second);
  EXPECT_THAT(Readable({0}), SizeIs(31));
}

TEST_F(VectorIndexTest, MergesAndRewritesUntilNothingIsLeftToDo) {
  for (uint64_t batch = 0; batch < 8; ++batch) {
    InsertMany(batch * 32 + 1, batch * 32 + 32, static_cast<uint32_t>(batch));
    ASSERT_GE(RunMaintenance(&index_), 1);
  }
  for (uint64_t version = 1; version <= 200; ++version) index_.Remove(Version(version));
  ASSERT_GE(RunMaintenance(&index_), 1);
  EXPECT_EQ(index_.NextMaintenance(), nullptr);
  EXPECT_THAT(Readable({0, 1, 2, 3, 4, 5, 6, 7}), SizeIs(56));
  EXPECT_THAT(Readable({6}), SizeIs(24));
}

TEST_F(VectorIndexTest, AFullHeadOfDeadRowsDisappears) {
  InsertMany(1, 32, 0);
  for (uint64_t version = 1; version <= 32; ++version) index_.Remove(Version(version));
  EXPECT_EQ(RunMaintenance(&index_), 1);
  EXPECT_EQ(index_.NextMaintenance(), nullptr);
  EXPECT_EQ(index_.Snapshot()->live_rows(), 0u);
}

TEST_F(VectorIndexTest, InsertingAVersionAgainReplacesIt) {
  Insert(1, 0, 3);
  Insert(1, 1, 2);
  EXPECT_THAT(Readable({0}), IsEmpty());
  EXPECT_THAT(Readable({1}), SizeIs(2));
}

TEST_F(VectorIndexTest, NoClassMeansNobody) {
  Insert(1, acl::kNoClass.value());
  Insert(2, 0);
  index_.Reclassify(Version(2), acl::kNoClass);
  EXPECT_THAT(Readable({0}), IsEmpty());
  EXPECT_EQ(index_.Snapshot()->live_rows(), 0u);
}

TEST_F(VectorIndexTest, RemovedRowsCannotBeGivenAClassAgain) {
  Insert(1, 0);
  index_.Remove(Version(1));
  index_.Reclassify(Version(1), acl::ClassId(0));
  EXPECT_THAT(Readable({0}), IsEmpty());
}

TEST_F(VectorIndexTest, EveryPathIsTakenWhereItIsPreferredAndFindsTheSame) {
  const std::vector<float> wide = RandomRows(random_, 1, kWide);
  for (const Path path : {Path::kExact, Path::kRuns, Path::kCells, Path::kGraph}) {
    VectorIndex index(kWide, testing::Prefer(path, 300));
    std::mt19937 random(8);
    for (uint64_t version = 1; version <= 300; ++version) {
      index.Insert(Version(version), acl::ClassId(static_cast<uint32_t>(version % 3)), RandomRows(random, 1, kWide));
    }
    ASSERT_EQ(RunMaintenance(&index), 1);
    Query query;
    query.vector = wide;
    query.k = 5;
    const auto automatic = index.Snapshot()->Search(query, Entitled({0, 2}));
    query.mode = SearchMode::kExact;
    const auto exact = index.Snapshot()->Search(query, Entitled({0, 2}));
    EXPECT_EQ(automatic->path, NameOf(path));
    EXPECT_EQ(exact->path, "exact");
    ASSERT_THAT(automatic->candidates, SizeIs(5));
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(automatic->candidates[i].key, exact->candidates[i].key);
    EXPECT_GT(automatic->predicted, absl::ZeroDuration());
    EXPECT_GT(automatic->bytes_read, 0u);
  }
}

// Half of what may be read lies around the query, the other half on the other side, where no link leads.
TEST_F(VectorIndexTest, AShortGraphAnswerIsMadeFullByAScan) {
  const std::vector<float> wide = RandomRows(random_, 1, kWide);
  VectorIndex index(kWide, testing::Prefer(Path::kGraph, 2'000));
  for (uint64_t version = 1; version <= 2'000; ++version) {
    std::vector<float> row = RandomRows(random_, 1, kWide);
    for (size_t i = 0; i < row.size(); ++i) row[i] = 0.2f * row[i] + (version % 2 == 0 ? wide[i] : -wide[i]);
    index.Insert(Version(version), acl::ClassId(version / 2 % 10 == 0 ? 1 : 0), row);
  }
  ASSERT_EQ(RunMaintenance(&index), 1);
  Query query;
  query.vector = wide;
  query.k = 150;
  const auto automatic = index.Snapshot()->Search(query, Entitled({1}));
  query.mode = SearchMode::kExact;
  const auto exact = index.Snapshot()->Search(query, Entitled({1}));
  EXPECT_EQ(automatic->path, "graph+exact");
  ASSERT_THAT(automatic->candidates, SizeIs(150));
  for (size_t i = 0; i < 150; ++i) EXPECT_EQ(automatic->candidates[i].key, exact->candidates[i].key);
}

TEST_F(VectorIndexTest, SettlingSealsTheNewestRowsAndLeavesOneSegment) {
  VectorIndex index(kDimension, testing::Prefer(Path::kGraph, 1'000));
  std::mt19937 random(8);
  for (uint64_t version = 1; version <= 1'300; ++version) {
    index.Insert(Version(version), acl::ClassId(0), RandomRows(random, 1, kDimension));
  }
  index.CloseHead();
  int jobs = 0;
  while (auto job = index.NextMaintenance(Effort::kSettle)) {
    ASSERT_TRUE(job->Run({}));
    index.Install(*job);
    ++jobs;
  }
  EXPECT_EQ(jobs, 3);
  Query query;
  query.vector = query_;
  query.k = 1'300;
  EXPECT_THAT(index.Snapshot()->Search(query, Entitled({0}))->candidates, SizeIs(1'300));
}

TEST_F(VectorIndexTest, FewNewestRowsAreNotWorthASegment) {
  InsertMany(1, 20, 0);
  index_.CloseHead();
  EXPECT_EQ(index_.NextMaintenance(Effort::kSettle), nullptr);
}

TEST_F(VectorIndexTest, NeverReturnsLessThanThereIs) {
  InsertMany(1, 100, 0);
  RunMaintenance(&index_);
  EXPECT_THAT(Search(Entitled({0}), 1'000, SearchMode::kAutomatic)->candidates, SizeIs(100));
  EXPECT_THAT(Search(Entitled({0}), std::numeric_limits<int>::max(), SearchMode::kAutomatic)->candidates, SizeIs(100));
}

TEST_F(VectorIndexTest, StopsAtTheDeadline) {
  InsertMany(1, 3, 0);
  Query query;
  query.vector = query_;
  query.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_TRUE(absl::IsDeadlineExceeded(index_.Snapshot()->Search(query, Entitled({0})).status()));
}

TEST_F(VectorIndexTest, NoticesCancellationInTheMiddleOfAScan) {
  index_.Insert(Version(1), acl::ClassId(0), RandomRows(random_, 20'000, kDimension));
  int asked = 0;
  Query query;
  query.vector = query_;
  query.cancelled = [&] { return ++asked == 5; };
  EXPECT_TRUE(absl::IsCancelled(index_.Snapshot()->Search(query, Entitled({0})).status()));
  EXPECT_EQ(asked, 5);
}

TEST_F(VectorIndexTest, RefusesQueriesThatBreakTheContract) {
  Insert(1, 0);
  const auto snapshot = index_.Snapshot();
  const std::vector<float> short_vector(kDimension - 1, 0.1f);
  std::vector<float> bad = query_;
  bad[3] = std::numeric_limits<float>::quiet_NaN();
  for (const std::vector<float>& vector : {short_vector, bad}) {
    Query query;
    query.vector = vector;
    EXPECT_TRUE(absl::IsInvalidArgument(snapshot->Search(query, Entitled({0})).status()));
  }
  EXPECT_TRUE(absl::IsInvalidArgument(Search(Entitled({0}), 0).status()));
}

TEST_F(VectorIndexTest, RowsOfAWrongSizeEndTheProgram) {
  const std::vector<float> rows(kDimension + 1, 0.1f);
  EXPECT_DEATH(index_.Insert(Version(1), acl::ClassId(0), rows), "multiple");
}

}  // namespace
}  // namespace usher::index
