// Segments in files: what comes back is what was written, and anything else is refused.
#include "index/segment_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/class_map.h"
#include "index/planner.h"
#include "index/segment_adoption.h"
#include "index/storage/authenticated_file.h"
#include "tests/index/prefer_path.h"
#include "tests/index/vector_index_fixture.h"
#include "tests/temporary_folder.h"

namespace usher::index {
namespace {

constexpr uint32_t kChunks = 4;  // a version
constexpr uint32_t kClasses = 5;
const acl::CollectionId kCollection(7);

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class SegmentFileTest : public ::testing::Test {
 protected:
  SegmentFileName Name(uint64_t sequence, int dimension, RowFormat format = RowFormat::kFloat32) const {
    return {
        absl::StrCat(folder_.path(), "/", sequence), std::string(32, 'k'), kCollection, sequence, dimension, format};
  }

  // Versions 1 to `versions`, of which every class has as many, sealed.
  std::unique_ptr<VectorIndex> Fill(int dimension, uint32_t versions, const IndexOptions& options) {
    std::mt19937 random(5);
    auto index = std::make_unique<VectorIndex>(dimension, options);
    for (uint32_t version = 1; version <= versions; ++version) {
      index->Insert(acl::DocumentVersion(version), acl::ClassId(version % kClasses),
                    testing::RandomRows(random, kChunks, dimension));
    }
    index->CloseHead();
    EXPECT_GT(testing::RunMaintenance(index.get()), 0);
    return index;
  }

  static std::vector<ClassPiece> AllOf(acl::ClassId class_id) { return {{kChunks, class_id}}; }

  // A new index of the file's segment. `now`: the class of each version; those without one are gone.
  std::unique_ptr<VectorIndex> Adopted(const SegmentFileName& name, const IndexOptions& options,
                                       const std::map<uint64_t, std::vector<ClassPiece>>& now) {
    auto stored = ReadSegment(name);
    EXPECT_TRUE(stored.ok()) << stored.status();
    auto index = std::make_unique<VectorIndex>(name.dimension, options);
    if (!stored.ok()) return index;
    SegmentAdoption adoption(std::move(stored->arrays));
    adoption.Claim([&](acl::DocumentVersion version, uint32_t chunks) {
      return chunks == kChunks && now.contains(version.value());
    });
    adoption.Assemble([&](acl::DocumentVersion version) {
      return SegmentAdoption::VersionNow{now.at(version.value()), nullptr};
    });
    index->Adopt(adoption);
    return index;
  }

  static std::vector<std::pair<RowKey, float>> Search(const VectorIndex& index, const acl::Entitlement& entitlement,
                                                      SearchMode mode, int k) {
    std::mt19937 random(11);
    std::vector<std::pair<RowKey, float>> all;
    for (int i = 0; i < 10; ++i) {
      const std::vector<float> vector = testing::RandomRows(random, 1, index.dimension());
      Query query;
      query.vector = vector;
      query.k = k;
      query.mode = mode;
      const auto found = index.Snapshot()->Search(query, entitlement);
      EXPECT_TRUE(found.ok()) << found.status();
      if (!found.ok()) continue;
      for (const Candidate& candidate : found->candidates) all.emplace_back(candidate.key, candidate.score);
    }
    return all;
  }

  tests::TemporaryFolder folder_;
};

class EveryFormat : public SegmentFileTest, public ::testing::WithParamInterface<RowFormat> {};

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, ::testing::Values(RowFormat::kFloat32, RowFormat::kFloat16),
                         [](const auto& format) { return std::string(NameOf(format.param)); });

TEST_P(EveryFormat, AnswersAreTheSameToTheBitOnEveryPath) {
  std::map<uint64_t, std::vector<ClassPiece>> now;
  for (uint32_t version = 1; version <= 300; ++version) now[version] = AllOf(acl::ClassId(version % kClasses));
  for (const Path path : {Path::kRuns, Path::kCells, Path::kGraph}) {
    IndexOptions options = testing::Prefer(path, 300 * kChunks);
    options.row_format = GetParam();
    const auto before = Fill(128, 300, options);
    const auto segments = before->Segments();
    ASSERT_EQ(segments.size(), 1u);
    ASSERT_NE(segments.front()->graph(), nullptr);
    const SegmentFileName name = Name(1 + static_cast<uint64_t>(path), 128, GetParam());
    ASSERT_TRUE(WriteSegment(*segments.front(), acl::Revision(3), name, {}).ok());
    const auto after = Adopted(name, options, now);
    ASSERT_EQ(after->Snapshot()->live_rows(), 300u * kChunks);
    for (const auto& classes : {std::vector<uint32_t>{2}, {0, 1, 3}, {0, 1, 2, 3, 4}, {}}) {
      for (const SearchMode mode : {SearchMode::kExact, SearchMode::kAutomatic}) {
        const auto expected = Search(*before, testing::Entitled(classes), mode, 10);
        EXPECT_EQ(expected.empty(), classes.empty());
        EXPECT_EQ(Search(*after, testing::Entitled(classes), mode, 10), expected);
      }
    }
  }
}

TEST_F(SegmentFileTest, ClassesAreThoseOfNowNotOfWhenItWasWritten) {
  IndexOptions options;
  options.seal_rows = 16;
  const auto before = Fill(16, 40, options);
  // Fewer, larger segments as merging made them; what they hold is what counts.
  const auto segments = before->Segments();
  std::map<uint64_t, std::vector<ClassPiece>> now;
  VectorIndex expected(16, options);
  std::mt19937 random(5);
  for (uint32_t version = 1; version <= 40; ++version) {
    const std::vector<float> rows = testing::RandomRows(random, kChunks, 16);
    if (version % 7 == 0) continue;  // gone
    // Some versions of one class part, those of two classes meet, and a chunk is hidden.
    std::vector<ClassPiece> pieces = AllOf(acl::ClassId(version % 2 == 0 ? 9 : version % 3));
    if (version % 4 == 0) pieces = {{1, acl::ClassId(1)}, {1, acl::kNoClass}, {2, acl::ClassId(20)}};
    expected.Insert(acl::DocumentVersion(version), pieces, rows);
    now[version] = pieces;
  }
  uint64_t sequence = 0;
  uint64_t live = 0;
  std::vector<std::pair<RowKey, float>> found;
  for (const auto& segment : segments) {
    const SegmentFileName name = Name(++sequence, 16);
    ASSERT_TRUE(WriteSegment(*segment, acl::Revision(1), name, {}).ok());
    const auto index = Adopted(name, options, now);
    live += index->Snapshot()->live_rows();
    for (uint32_t class_id = 0; class_id < 25; ++class_id) {
      const auto some = Search(*index, testing::Entitled({class_id}), SearchMode::kExact, 1'000);
      found.insert(found.end(), some.begin(), some.end());
    }
  }
  EXPECT_EQ(live, expected.Snapshot()->live_rows());
  std::vector<std::pair<RowKey, float>> wanted;
  for (uint32_t class_id = 0; class_id < 25; ++class_id) {
    const auto some = Search(expected, testing::Entitled({class_id}), SearchMode::kExact, 1'000);
    wanted.insert(wanted.end(), some.begin(), some.end());
  }
  std::sort(found.begin(), found.end());
  std::sort(wanted.begin(), wanted.end());
  EXPECT_FALSE(wanted.empty());
  EXPECT_EQ(found, wanted);
}

TEST_F(SegmentFileTest, AnAdoptedSegmentIsChangedAndSealedAgainLikeAnyOther) {
  IndexOptions options;
  options.seal_rows = 160;
  const auto before = Fill(16, 40, options);
  ASSERT_EQ(before->Segments().size(), 1u);
  ASSERT_TRUE(WriteSegment(*before->Segments().front(), acl::Revision(1), Name(1, 16), {}).ok());
  std::map<uint64_t, std::vector<ClassPiece>> now;
  for (uint32_t version = 1; version <= 40; ++version) now[version] = AllOf(acl::ClassId(version % kClasses));
  const auto index = Adopted(Name(1, 16), options, now);
  for (uint32_t version = 1; version <= 30; ++version) {
    before->Remove(acl::DocumentVersion(version));
    index->Remove(acl::DocumentVersion(version));
  }
  index->Reclassify(acl::DocumentVersion(31), acl::ClassId(9));
  before->Reclassify(acl::DocumentVersion(31), acl::ClassId(9));
  const acl::Entitlement all = testing::Entitled({0, 1, 2, 3, 9});
  const auto expected = Search(*before, all, SearchMode::kExact, 100);
  EXPECT_EQ(Search(*index, all, SearchMode::kExact, 100), expected);
  EXPECT_EQ(testing::RunMaintenance(index.get()), 1);
  EXPECT_EQ(Search(*index, all, SearchMode::kExact, 100), expected);
}

class SmallFileTest : public SegmentFileTest {
 protected:
  void SetUp() override {
    IndexOptions options;
    options.seal_rows = 8;
    const auto index = Fill(16, 2, options);
    ASSERT_TRUE(WriteSegment(*index->Segments().front(), acl::Revision(1), Name(1, 16), {}).ok());
    bytes_ = ReadAll(Name(1, 16).path);
    ASSERT_TRUE(ReadSegment(Name(1, 16)).ok());
  }

  std::string bytes_;
};

TEST_F(SmallFileTest, EveryFlippedByteIsNoticed) {
  for (size_t i = 0; i < bytes_.size(); ++i) {
    for (const char flip : {'\x01', '\x80'}) {
      std::string damaged = bytes_;
      damaged[i] = static_cast<char>(damaged[i] ^ flip);
      WriteAll(Name(1, 16).path, damaged);
      EXPECT_FALSE(ReadSegment(Name(1, 16)).ok()) << i;
    }
  }
}

TEST_F(SmallFileTest, EveryTruncationAndAnyAdditionIsNoticed) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    WriteAll(Name(1, 16).path, bytes_.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(ReadSegment(Name(1, 16)).status())) << size;
  }
  WriteAll(Name(1, 16).path, bytes_ + "x");
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(Name(1, 16)).status()));
  WriteAll(Name(1, 16).path, bytes_ + bytes_);
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(Name(1, 16)).status()));
}

TEST_F(SmallFileTest, AFileOpensOnlyWhereAndForWhomItWasWritten) {
  SegmentFileName name = Name(1, 16);
  name.secret[0] = 'x';
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(name).status()));
  name = Name(1, 16);
  name.collection = acl::CollectionId(8);
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(name).status()));
  name = Name(1, 16);
  name.sequence = 2;
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(name).status()));
  name = Name(1, 16);
  name.dimension = 32;
  EXPECT_TRUE(absl::IsDataLoss(ReadSegment(name).status()));
  EXPECT_TRUE(absl::IsNotFound(ReadSegment(Name(2, 16)).status()));
}

TEST_F(SmallFileTest, RowsOfAnotherFormatThanWantedAreRefusedByName) {
  const absl::Status status = ReadSegment(Name(1, 16, RowFormat::kFloat16)).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_NE(status.message().find("float16"), absl::string_view::npos) << status;
  IndexOptions options;
  options.seal_rows = 8;
  options.row_format = RowFormat::kFloat16;
  const auto index = Fill(16, 2, options);
  ASSERT_TRUE(WriteSegment(*index->Segments().front(), acl::Revision(1), Name(1, 16), {}).ok());
  EXPECT_TRUE(ReadSegment(Name(1, 16, RowFormat::kFloat16)).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadSegment(Name(1, 16)).status()));
}

TEST_F(SmallFileTest, TheFormatOfANewerVersionIsRefusedByName) {
  constexpr size_t kTrailerBytes = 88;
  std::string newer = bytes_;
  newer[newer.size() - kTrailerBytes + 8] = 2;
  WriteAll(Name(1, 16).path, newer);
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadSegment(Name(1, 16)).status()));
}

TEST_F(SmallFileTest, ABodyThatIsNoSegmentIsRefusedThoughItIsAuthentic) {
  const size_t body = bytes_.size() - 88 - storage::kBlockTagBytes;
  for (size_t size = 0; size < body; size += 8) {
    const SegmentFileName name = Name(1, 16);
    auto file = storage::AuthenticatedWriter::Create({name.path, name.secret, "usher segment 7 1"});
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Append({reinterpret_cast<const uint8_t*>(bytes_.data()), size}).ok());
    ASSERT_TRUE((*file)->Finish().ok());
    EXPECT_TRUE(absl::IsDataLoss(ReadSegment(name).status())) << size;
  }
}

TEST_F(SmallFileTest, WhatIsNotFinishedLeavesTheOldFileAndNothingElse) {
  IndexOptions options;
  options.seal_rows = 8;
  const auto index = Fill(16, 2, options);
  const absl::Status status =
      WriteSegment(*index->Segments().front(), acl::Revision(1), Name(1, 16), [] { return true; });
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(ReadAll(Name(1, 16).path), bytes_);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST(AuthenticatedFileTest, BodiesOfSeveralBlocksComeBackAndFlipsInAnyBlockAreNoticed) {
  const tests::TemporaryFolder folder;
  const storage::FileBinding binding{folder.path() + "/file", std::string(32, 's'), "a file"};
  std::string body((size_t{5} << 19) + 123, '\0');
  std::mt19937 random(3);
  for (char& byte : body) byte = static_cast<char>(random());
  auto file = storage::AuthenticatedWriter::Create(binding);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->Append({reinterpret_cast<const uint8_t*>(body.data()), 77}).ok());
  ASSERT_TRUE((*file)->Append({reinterpret_cast<const uint8_t*>(body.data()) + 77, body.size() - 77}).ok());
  ASSERT_TRUE((*file)->Finish().ok());
  const auto opened = storage::AuthenticatedFile::Open(binding);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(std::string((*opened)->body().begin(), (*opened)->body().end()), body);
  const std::string bytes = ReadAll(binding.path);
  for (const size_t place : {size_t{0}, size_t{1} << 20, size_t{3} << 19, size_t{5} << 19, body.size() - 1}) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 4);
    std::filesystem::remove(binding.path);  // the mapping above keeps its own
    WriteAll(binding.path, damaged);
    EXPECT_TRUE(absl::IsDataLoss(storage::AuthenticatedFile::Open(binding).status())) << place;
  }
}

}  // namespace
}  // namespace usher::index
