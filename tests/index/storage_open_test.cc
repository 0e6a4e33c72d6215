#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/storage/columns.h"
#include "index/storage/value_frame.h"
#include "tests/index/storage_access_testing.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::HasSubstr;

absl::Status OpenStatus(const std::string& path) { return Store::Open(OptionsFor(path)).status(); }

TEST(StorageOpen, AFolderInUseByThisProcessIsRefused) {
  TemporaryFolder folder;
  std::unique_ptr<Store> store = MustOpen(folder.path());
  const absl::Status status = OpenStatus(folder.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("is in use by another process; stop it or choose another folder"));
  EXPECT_TRUE(store->Commit(Batch(), acl::Revision(1)).ok());
}

TEST(StorageOpen, AFolderInUseByAnotherProcessIsRefused) {
  TemporaryFolder folder;
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(done[1]);
    char byte = 'x';
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(OptionsFor(folder.path()));
    if (!store.ok() || write(ready[1], &byte, 1) != 1) _exit(1);
    _exit(read(done[0], &byte, 1) == 0 ? 0 : 1);
  }
  close(ready[1]);
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  const absl::Status status = OpenStatus(folder.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(folder.path() + " is in use"));
  close(done[1]);
  int code = 0;
  waitpid(child, &code, 0);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(OpenStatus(folder.path()).ok());
}

TEST(StorageOpen, APathThatIsNoFolderIsRefused) {
  TemporaryFolder folder;
  std::ofstream(folder.path()) << "a file";
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus(folder.path())));
  EXPECT_TRUE(absl::IsFailedPrecondition(OpenStatus(folder.path() + "/below")));
  EXPECT_TRUE(absl::IsInvalidArgument(OpenStatus("")));
}

TEST(StorageOpen, AFolderOfSomethingElseIsRefusedAndLeftAlone) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder.path());
  std::ofstream(folder.path() + "/thesis.txt") << "text";
  const absl::Status status = OpenStatus(folder.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("thesis.txt"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/CURRENT"));
}

TEST(StorageOpen, AFolderWithoutPermissionIsRefused) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder.path());
  std::filesystem::permissions(folder.path(), std::filesystem::perms::none);
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65'534;  // because root may do everything
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
    _exit(absl::IsPermissionDenied(OpenStatus(folder.path())) ? 0 : 1);
  }
  int code = 0;
  waitpid(child, &code, 0);
  EXPECT_EQ(code, 0);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

// Opens the folder as RocksDB sees it, lets `change` at it, and closes it.
void Tamper(const std::string& path,
            const std::function<void(rocksdb::DB&, std::vector<rocksdb::ColumnFamilyHandle*>&)>& change) {
  const StoreOptions options = OptionsFor(path);
  std::vector<rocksdb::ColumnFamilyHandle*> columns;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(
      rocksdb::DB::Open(DatabaseOptions(options), path, ColumnDescriptors(options, nullptr), &columns, &opened).ok());
  std::unique_ptr<rocksdb::DB> database(opened);
  change(*database, columns);
  for (rocksdb::ColumnFamilyHandle* column : columns) database->DestroyColumnFamilyHandle(column);
}

TEST(StorageOpen, ANewerFormatIsRefused) {
  TemporaryFolder folder;
  MustOpen(folder.path()).reset();
  Tamper(folder.path(), [](rocksdb::DB& database, auto&) {
    ASSERT_TRUE(database.Put({}, kFormatKey, Seal(Column::kMeta, kFormatKey, "2")).ok());
  });
  const absl::Status status = OpenStatus(folder.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer version"));
}

TEST(StorageOpen, AColumnFamilyOfANewerVersionIsRefused) {
  TemporaryFolder folder;
  MustOpen(folder.path()).reset();
  Tamper(folder.path(), [](rocksdb::DB& database, auto& columns) {
    rocksdb::ColumnFamilyHandle* column = nullptr;
    ASSERT_TRUE(database.CreateColumnFamily({}, "from_the_future", &column).ok());
    columns.push_back(column);
  });
  const absl::Status status = OpenStatus(folder.path());
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("newer version"));
}

TEST(StorageOpen, AStoreMadeBeforeThereWereSyncsAndChangesOpensWithAllItHeldAndTakesNewRecords) {
  TemporaryFolder folder;
  {
    std::unique_ptr<Store> store = MustOpen(folder.path());
    Batch batch;
    batch.PutDocument(acl::CollectionId(1), ADocument("d", 1));
    ASSERT_TRUE(store->Commit(std::move(batch), acl::Revision(1)).ok());
    ASSERT_TRUE(store->AppendAudit(1, "entry").ok());
  }
  Tamper(folder.path(), [](rocksdb::DB& database, auto& columns) {
    for (Column newer : {Column::kSyncParts, Column::kChanges}) {
      ASSERT_TRUE(database.DropColumnFamily(columns[static_cast<size_t>(newer)]).ok());
    }
  });
  std::vector<std::string> families;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder.path(), &families).ok());
  ASSERT_EQ(families.size(), 8u);
  std::vector<uint64_t> written;
  for (uint64_t revision : {2, 3}) {
    std::unique_ptr<Store> store = MustOpen(folder.path());
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(store->last_revision(), acl::Revision(revision - 1));
    ExpectEqual(**store->GetDocument(acl::CollectionId(1), "d"), ADocument("d", 1));
    Batch batch;
    batch.PutChange("acme", acl::Revision(revision), 0, AChange("p"));
    batch.PutSyncPart("acme", "hr", ASyncPart("s", 0));
    ASSERT_TRUE(store->Commit(std::move(batch), acl::Revision(revision)).ok());
    std::vector<uint64_t> kept;
    const absl::Status status =
        store->ForEachChange("acme", acl::Revision(0), [&](acl::Revision of, uint32_t, const ChangeRecord&) {
          kept.push_back(of.value());
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    written.push_back(revision);
    EXPECT_EQ(kept, written);
  }
}

TEST(StorageOpen, AStoreWithDataButWithoutIdentityIsDamaged) {
  for (std::string_view key : {kFormatKey, kRevisionKey, kStoreIdKey, kTokenKeyKey}) {
    TemporaryFolder folder;
    ASSERT_TRUE(MustOpen(folder.path())->AppendAudit(1, "entry").ok());
    Tamper(folder.path(), [&](rocksdb::DB& database, auto&) { ASSERT_TRUE(database.Delete({}, key).ok()); });
    const absl::Status status = OpenStatus(folder.path());
    EXPECT_TRUE(absl::IsDataLoss(status)) << key << ": " << status;
  }
}

TEST(StorageOpen, CompactionForgetsRequestsPastTheirRetentionAndKeepsTheOthers) {
  TemporaryFolder folder;
  RequestRecord fresh = ARequest(1);
  fresh.time = absl::Now();
  {
    Batch batch;
    batch.PutRequest("acme", "user:a", "old", ARequest(1));
    batch.PutRequest("acme", "user:a", "fresh", fresh);
    ASSERT_TRUE(MustOpen(folder.path())->Commit(std::move(batch), acl::Revision(1)).ok());
  }
  Tamper(folder.path(), [](rocksdb::DB& database, auto& columns) {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
    rocksdb::ColumnFamilyHandle* requests = columns[static_cast<size_t>(Column::kRequests)];
    ASSERT_TRUE(database.CompactRange(options, requests, nullptr, nullptr).ok());
    std::string value;
    EXPECT_TRUE(database.Get({}, requests, RequestKey("acme", "user:a", "old"), &value).IsNotFound());
    EXPECT_TRUE(database.Get({}, requests, RequestKey("acme", "user:a", "fresh"), &value).ok());
  });
}

}  // namespace
}  // namespace usher::storage
