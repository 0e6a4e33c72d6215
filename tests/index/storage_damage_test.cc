#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/storage/columns.h"
#include "index/storage/keys.h"
#include "index/storage/watermark.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::HasSubstr;

constexpr acl::CollectionId kOne{1};
constexpr uint64_t kCommits = 30;

void Fill(Store& store) {
  for (uint64_t revision = 1; revision <= kCommits; ++revision) {
    Batch batch;
    const std::string id = "d" + std::to_string(revision);
    batch.PutDocument(kOne, ADocument(id, revision));
    batch.PutChunk(kOne, {acl::DocumentVersion(revision), 0}, AChunk(id, std::string(300, 'a')), AVector(1));
    batch.PutMembership("acme", {"group:g" + std::to_string(revision), "user:a"});
    ASSERT_TRUE(store.Commit(std::move(batch), acl::Revision(revision)).ok());
    ASSERT_TRUE(store.AppendAudit(revision, "entry " + std::to_string(revision)).ok());
  }
}

// Files of the folder whose names end so, with at least one byte.
std::vector<std::string> FilesOf(const std::string& folder, const std::string& suffix) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix) && entry.file_size() > 0) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Flip(const std::string& file, uint64_t byte, int bit) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(byte));
  const int old = stream.get();
  stream.seekp(static_cast<std::streamoff>(byte));
  stream.put(static_cast<char>(old ^ (1 << bit)));
}

// A clean refusal, or everything that was committed with its own value, or DATA_LOSS where it was. True if damage was
// noticed.
bool NoticedOrHarmless(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(OptionsFor(path));
  if (!store.ok()) {
    EXPECT_TRUE(absl::IsDataLoss(store.status())) << store.status();
    return true;
  }
  EXPECT_EQ((*store)->last_revision(), acl::Revision(kCommits));
  bool noticed = false;
  const auto note = [&](const absl::Status& status) {
    if (status.ok()) return;
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    noticed = true;
  };
  for (uint64_t i = 1; i <= kCommits; ++i) {
    const std::string id = "d" + std::to_string(i);
    auto document = (*store)->GetDocument(kOne, id);
    note(document.status());
    if (document.ok()) ExpectEqual(document->value_or(DocumentRecord{}), ADocument(id, i));
    const std::vector<ChunkKey> keys = {{acl::DocumentVersion(i), 0}};
    auto chunks = (*store)->GetChunks(kOne, keys);
    note(chunks.status());
    if (chunks.ok()) ExpectEqual((*chunks)[0].value_or(ChunkRecord{}), AChunk(id, std::string(300, 'a')));
  }
  uint64_t vectors = 0, memberships = 0, entries = 0;
  absl::Status status = (*store)->ForEachVector(kOne, [&](ChunkKey, absl::Span<const float> vector) {
    ++vectors;
    EXPECT_EQ(vector, absl::MakeConstSpan(AVector(1)));
    return absl::OkStatus();
  });
  note(status);
  EXPECT_TRUE(!status.ok() || vectors == kCommits);
  status = (*store)->ForEachMembership([&](std::string_view, MembershipRecord record) {
    ++memberships;
    EXPECT_EQ(record.member, "user:a");
    return absl::OkStatus();
  });
  note(status);
  EXPECT_TRUE(!status.ok() || memberships == kCommits);
  status = (*store)->ForEachAudit(1, [&](uint64_t id, std::string_view entry) {
    ++entries;
    EXPECT_EQ(entry, "entry " + std::to_string(id));
    return absl::OkStatus();
  });
  note(status);
  EXPECT_TRUE(!status.ok() || entries >= kCommits - 1);  // the last entry was never synced: a torn end may take it
  return noticed;
}

class StorageDamage : public ::testing::Test {
 protected:
  // A folder as a crash leaves it: all in the log.
  std::string Crashed() {
    std::unique_ptr<Store> store = MustOpen(folder_.path());
    if (store->last_revision() == acl::Revision(0)) Fill(*store);
    return folder_.CopyAsAfterACrash();
  }
  // A folder as a clean stop leaves it: all in table files.
  const std::string& Stopped() {
    std::unique_ptr<Store> store = MustOpen(folder_.path());
    if (store->last_revision() == acl::Revision(0)) Fill(*store);
    return folder_.path();
  }

  TemporaryFolder folder_;
  std::mt19937 random_{42};
};

TEST_F(StorageDamage, AFlippedBitInTheLogIsNeverAWrongValue) {
  const std::string crashed = Crashed();
  const std::string log = FilesOf(crashed, ".log").back();
  const uint64_t size = std::filesystem::file_size(log);
  int noticed = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string copy = crashed + "-flip";
    std::filesystem::copy(crashed, copy, std::filesystem::copy_options::recursive);
    Flip(FilesOf(copy, ".log").back(), random_() % size, static_cast<int>(random_() % 8));
    noticed += NoticedOrHarmless(copy) ? 1 : 0;
    std::filesystem::remove_all(copy);
  }
  EXPECT_GE(noticed, 55);
}

TEST_F(StorageDamage, ACutLogIsNoticedWhereverItIsCut) {
  const std::string crashed = Crashed();
  const uint64_t size = std::filesystem::file_size(FilesOf(crashed, ".log").back());
  for (int i = 0; i < 30; ++i) {
    const std::string copy = crashed + "-cut";
    std::filesystem::copy(crashed, copy, std::filesystem::copy_options::recursive);
    const uint64_t left =
        i == 0 ? 0 : random_() % (size - 200);  // the last 200 bytes hold the last, unsynced audit entry
    std::filesystem::resize_file(FilesOf(copy, ".log").back(), left);
    EXPECT_TRUE(NoticedOrHarmless(copy)) << "cut to " << left << " of " << size;
    std::filesystem::remove_all(copy);
  }
}

TEST_F(StorageDamage, AFlippedBitInATableFileIsNeverAWrongValue) {
  const std::string stopped = Stopped();
  int noticed = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string copy = stopped + "-flip";
    std::filesystem::copy(stopped, copy, std::filesystem::copy_options::recursive);
    const std::vector<std::string> tables = FilesOf(copy, ".sst");
    const std::string& table = tables[random_() % tables.size()];
    Flip(table, random_() % std::filesystem::file_size(table), static_cast<int>(random_() % 8));
    noticed += NoticedOrHarmless(copy) ? 1 : 0;
    std::filesystem::remove_all(copy);
  }
  EXPECT_GE(noticed, 20);
}

TEST_F(StorageDamage, ATableFileThatIsCutOrGoneIsRefused) {
  const std::string stopped = Stopped();
  for (int gone = 0; gone < 2; ++gone) {
    for (size_t i = 0; i < FilesOf(stopped, ".sst").size(); ++i) {
      const std::string copy = stopped + "-cut";
      std::filesystem::copy(stopped, copy, std::filesystem::copy_options::recursive);
      const std::string table = FilesOf(copy, ".sst")[i];
      if (gone != 0) {
        std::filesystem::remove(table);
      } else {
        std::filesystem::resize_file(table, std::filesystem::file_size(table) / 2);
      }
      EXPECT_TRUE(NoticedOrHarmless(copy)) << table;
      std::filesystem::remove_all(copy);
    }
  }
}

TEST_F(StorageDamage, AFolderWithoutItsStateFileIsNotTakenForANewOne) {
  const std::string stopped = Stopped();
  std::filesystem::remove(stopped + "/CURRENT");
  const absl::Status status = Store::Open(OptionsFor(stopped)).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
}

TEST_F(StorageDamage, AnOlderDatabaseUnderANewerWatermarkIsRefused) {
  const std::string stopped = Stopped();
  const std::string old = folder_.CopyAsAfterACrash();
  {
    std::unique_ptr<Store> store = MustOpen(stopped);
    ASSERT_TRUE(store->Commit(Batch(), acl::Revision(kCommits + 1)).ok());
  }
  const std::string name(kWatermarkFile);
  std::filesystem::copy_file(stopped + "/" + name, old + "/" + name, std::filesystem::copy_options::overwrite_existing);
  const absl::Status status = Store::Open(OptionsFor(old)).status();
  EXPECT_TRUE(absl::IsDataLoss(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("revision 31 was acknowledged"));
}

TEST_F(StorageDamage, AFlippedBitInTheWatermarkIsRefusedAndAMissingOneIsMadeAnew) {
  const std::string stopped = Stopped();
  const std::string watermark = stopped + "/" + std::string(kWatermarkFile);
  for (uint64_t byte = 0; byte < 16; ++byte) {
    Flip(watermark, byte, 3);
    EXPECT_TRUE(absl::IsDataLoss(Store::Open(OptionsFor(stopped)).status())) << byte;
    Flip(watermark, byte, 3);
  }
  std::filesystem::remove(watermark);
  EXPECT_FALSE(NoticedOrHarmless(stopped));
  EXPECT_TRUE(std::filesystem::exists(watermark));
}

TEST_F(StorageDamage, AStoredValueThatRocksDbHandsOverDamagedIsDataLoss) {
  const StoreOptions options = OptionsFor(Stopped());
  {
    std::vector<rocksdb::ColumnFamilyHandle*> columns;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(DatabaseOptions(options), options.path, ColumnDescriptors(options, nullptr), &columns,
                                  &opened)
                    .ok());
    std::unique_ptr<rocksdb::DB> database(opened);
    rocksdb::ColumnFamilyHandle* documents = columns[static_cast<size_t>(Column::kDocuments)];
    std::string value, other;
    ASSERT_TRUE(database->Get({}, documents, DocumentKey(kOne, "d1"), &value).ok());
    ASSERT_TRUE(database->Get({}, documents, DocumentKey(kOne, "d2"), &other).ok());
    value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
    ASSERT_TRUE(database->Put({}, documents, DocumentKey(kOne, "d1"), value).ok());
    ASSERT_TRUE(database->Put({}, documents, DocumentKey(kOne, "d3"), other).ok());
    ASSERT_TRUE(database->Delete({}, columns[static_cast<size_t>(Column::kAudit)], BigEndian64(7)).ok());
    for (rocksdb::ColumnFamilyHandle* column : columns) database->DestroyColumnFamilyHandle(column);
  }
  std::unique_ptr<Store> store = MustOpen(options.path);
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(absl::IsDataLoss(store->GetDocument(kOne, "d1").status()));
  EXPECT_TRUE(absl::IsDataLoss(store->GetDocument(kOne, "d3").status())) << "the record of another key";
  EXPECT_TRUE(store->GetDocument(kOne, "d2").ok());
  const std::vector<std::string> ids = {"d2", "d1"};
  EXPECT_TRUE(absl::IsDataLoss(store->GetDocuments(kOne, ids).status()));
  const absl::Status audit = store->ForEachAudit(1, [](uint64_t, std::string_view) { return absl::OkStatus(); });
  EXPECT_TRUE(absl::IsDataLoss(audit)) << audit;
}

}  // namespace
}  // namespace usher::storage
