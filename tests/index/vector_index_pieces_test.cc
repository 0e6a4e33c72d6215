// Documents whose chunks differ in class: in the head, sealed, merged, and changed while that happens.
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/row_places.h"
#include "index/vector_index.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

using ::testing::ElementsAre;
using testing::Entitled;
using ::testing::IsEmpty;
using testing::RandomRows;
using testing::RunMaintenance;

constexpr int kDimension = 8;
constexpr uint32_t kSealRows = 16;
constexpr acl::DocumentVersion kDocument(1);

ClassPiece Piece(uint32_t count, uint32_t class_id) { return {count, acl::ClassId(class_id)}; }
ClassPiece Hidden(uint32_t count) { return {count, acl::kNoClass}; }

class VectorIndexPiecesTest : public ::testing::Test {
 protected:
  VectorIndexPiecesTest() : random_(1), index_(kDimension, {.seal_rows = kSealRows}) {}

  std::vector<float> Rows(size_t count) { return RandomRows(random_, count, kDimension); }

  // Fills the head with rows of class 99, so that it is sealed with all that is in it.
  std::unique_ptr<MaintenanceJob> CaptureHead() {
    index_.Insert(acl::DocumentVersion(next_filler_++), acl::ClassId(99), Rows(kSealRows));
    return index_.NextMaintenance();
  }

  void Finish(std::unique_ptr<MaintenanceJob> job) {
    ASSERT_NE(job, nullptr);
    ASSERT_TRUE(job->Run({}));
    index_.Install(*job);
  }

  void Seal() { Finish(CaptureHead()); }

  // Numbers of the document's chunks that somebody with these classes finds, each as often as it is found.
  std::multiset<uint32_t> Found(std::vector<uint32_t> classes) const {
    const std::vector<float> vector(kDimension, 0.25f);
    Query query;
    query.vector = vector;
    query.k = 10'000;
    query.mode = SearchMode::kExact;
    const auto result = index_.Snapshot()->Search(query, Entitled(std::move(classes)));
    EXPECT_TRUE(result.ok()) << result.status();
    std::multiset<uint32_t> numbers;
    for (const Candidate& candidate : result->candidates) {
      if (candidate.key.version == kDocument) numbers.insert(candidate.key.number);
    }
    return numbers;
  }

  std::mt19937 random_;
  VectorIndex index_;
  uint64_t next_filler_ = 1'000;
};

TEST_F(VectorIndexPiecesTest, EachChunkIsFoundUnderItsOwnClassBeforeAndAfterSealing) {
  index_.Insert(kDocument, {Piece(2, 7), Piece(1, 3), Piece(1, 7), Piece(0, 5), Piece(2, 3)}, Rows(6));
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(Found({7}), ElementsAre(0, 1, 3));
    EXPECT_THAT(Found({3}), ElementsAre(2, 4, 5));
    EXPECT_THAT(Found({5}), IsEmpty());
    EXPECT_THAT(Found({3, 7}), ElementsAre(0, 1, 2, 3, 4, 5));
    Seal();
  }
}

TEST_F(VectorIndexPiecesTest, OneChunkOfASealedDocumentIsRevokedAndTheOthersStay) {
  index_.Insert(kDocument, acl::ClassId(0), Rows(5));
  Seal();
  index_.Reclassify(kDocument, {Piece(2, 0), Piece(1, 4), Piece(2, 0)});
  EXPECT_THAT(Found({0}), ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(Found({4}), ElementsAre(2));
  EXPECT_THAT(Found({0, 4}), ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(VectorIndexPiecesTest, ChunksThatMovedAwayAndBackAreFoundOnce) {
  index_.Insert(kDocument, {Piece(2, 0), Piece(2, 1)}, Rows(4));
  Seal();
  index_.Reclassify(kDocument, {Piece(1, 0), Piece(3, 2)});
  index_.Reclassify(kDocument, {Piece(2, 0), Piece(2, 1)});
  index_.Reclassify(kDocument, {Piece(1, 2), Piece(3, 1)});
  EXPECT_THAT(Found({0, 1, 2}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Found({2}), ElementsAre(0));
  EXPECT_THAT(Found({1}), ElementsAre(1, 2, 3));
}

TEST_F(VectorIndexPiecesTest, HiddenChunksKeepTheirNumbersAndCanBeShownAgainEvenAfterSealing) {
  index_.Insert(kDocument, {Hidden(1), Piece(1, 0), Hidden(1), Piece(1, 0)}, Rows(4));
  EXPECT_THAT(Found({0}), ElementsAre(1, 3));
  EXPECT_EQ(index_.Snapshot()->live_rows(), 2u);
  Seal();
  EXPECT_THAT(Found({0}), ElementsAre(1, 3));
  index_.Reclassify(kDocument, {Piece(1, 5), Hidden(2), Piece(1, 0)});
  EXPECT_THAT(Found({0}), ElementsAre(3));
  EXPECT_THAT(Found({5}), ElementsAre(0));
  index_.Reclassify(kDocument, acl::ClassId(5));
  EXPECT_THAT(Found({5}), ElementsAre(0, 1, 2, 3));
}

TEST_F(VectorIndexPiecesTest, ADocumentHiddenAsAWholeSurvivesSealingAndMerging) {
  index_.Insert(kDocument, acl::kNoClass, Rows(3));
  for (int part = 0; part < 5; ++part) Seal();
  RunMaintenance(&index_);
  EXPECT_THAT(Found({0}), IsEmpty());
  index_.Reclassify(kDocument, acl::ClassId(0));
  EXPECT_THAT(Found({0}), ElementsAre(0, 1, 2));
}

TEST_F(VectorIndexPiecesTest, ChangesMadeWhileTheDocumentIsSealedArePublishedWithIt) {
  index_.Insert(kDocument, {Piece(2, 0), Piece(2, 1), Hidden(2)}, Rows(6));
  auto job = CaptureHead();
  index_.Reclassify(kDocument, {Piece(1, 1), Hidden(2), Piece(1, 0), Piece(1, 6), Hidden(1)});
  Finish(std::move(job));
  EXPECT_THAT(Found({1}), ElementsAre(0));
  EXPECT_THAT(Found({0}), ElementsAre(3));
  EXPECT_THAT(Found({6}), ElementsAre(4));
  EXPECT_THAT(Found({0, 1, 6}), ElementsAre(0, 3, 4));
  index_.Reclassify(kDocument, acl::ClassId(2));
  EXPECT_THAT(Found({2}), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(Found({0, 1, 6}), IsEmpty());
}

TEST_F(VectorIndexPiecesTest, ADocumentReplacedWhileItIsSealedHasOnlyItsNewChunks) {
  index_.Insert(kDocument, {Piece(3, 0), Piece(3, 1)}, Rows(6));
  auto job = CaptureHead();
  index_.Insert(kDocument, {Piece(1, 1), Piece(1, 0)}, Rows(2));
  Finish(std::move(job));
  EXPECT_THAT(Found({0, 1}), ElementsAre(0, 1));
  EXPECT_THAT(Found({0}), ElementsAre(1));
}

TEST_F(VectorIndexPiecesTest, RemovingAScatteredDocumentRemovesAllOfIt) {
  index_.Insert(kDocument, {Piece(1, 0), Piece(1, 1), Piece(1, 0), Hidden(1), Piece(1, 1)}, Rows(5));
  Seal();
  index_.Remove(kDocument);
  EXPECT_THAT(Found({0, 1}), IsEmpty());
  EXPECT_EQ(index_.Snapshot()->live_rows(), kSealRows);
}

TEST_F(VectorIndexPiecesTest, ASegmentMostlyMovedIsRewrittenOnce) {
  index_.Insert(kDocument, {Piece(20, 0), Piece(20, 1)}, Rows(40));
  ASSERT_EQ(RunMaintenance(&index_), 1);
  index_.Reclassify(kDocument, {Piece(20, 1), Piece(20, 0)});
  EXPECT_EQ(RunMaintenance(&index_), 1);
  index_.Reclassify(kDocument, {Piece(40, 0)});
  EXPECT_EQ(RunMaintenance(&index_), 0) << "half of the rows have not moved";
  EXPECT_EQ(Found({0}).size(), 40u);
}

TEST_F(VectorIndexPiecesTest, PiecesThatDoNotCoverTheChunksEndTheProgram) {
  EXPECT_DEATH(index_.Insert(kDocument, {Piece(2, 0)}, Rows(3)), "fewer chunks");
  EXPECT_DEATH(index_.Insert(kDocument, {Piece(2, 0), Piece(2, 1)}, Rows(3)), "more chunks");
  index_.Insert(kDocument, acl::ClassId(0), Rows(3));
  EXPECT_DEATH(index_.Reclassify(kDocument, {Piece(1, 0)}), "fewer chunks");
  EXPECT_DEATH(index_.Reclassify(kDocument, {Piece(0xFFFFFFFF, 0), Piece(4, 0)}), "more chunks");
}

TEST_F(VectorIndexPiecesTest, PiecesForAnUnknownVersionAreIgnored) {
  index_.Reclassify(kDocument, {Piece(3, 0)});
  EXPECT_EQ(index_.Snapshot()->live_rows(), 0u);
}

std::vector<std::pair<uint32_t, uint32_t>> Ranges(const PlacedRows& placed) {
  std::vector<std::pair<uint32_t, uint32_t>> ranges;
  for (const RowRange& range : placed.ranges) ranges.push_back({range.first, range.count});
  return ranges;
}

TEST(RowPlacesTest, RemembersOneRangeAndManyAndForgetsBoth) {
  RowPlaces places;
  places.Set(kDocument, PartId(4), std::vector<RowRange>{{10, 2}, {5, 3}});
  EXPECT_EQ(places.Find(kDocument)->count, 5u);
  EXPECT_EQ(places.Find(kDocument)->part, PartId(4));
  EXPECT_THAT(Ranges(places.Find(kDocument).value()), ElementsAre(std::pair(10u, 2u), std::pair(5u, 3u)));
  places.Set(kDocument, PartId(6), std::vector<RowRange>{{7, 5}});
  EXPECT_THAT(Ranges(places.Find(kDocument).value()), ElementsAre(std::pair(7u, 5u)));
  EXPECT_EQ(places.Find(kDocument)->part, PartId(6));
  places.Erase(kDocument);
  EXPECT_FALSE(places.Find(kDocument).has_value());
}

}  // namespace
}  // namespace usher::index
