// What RocksDB hands over damaged, or under another key, is refused by whoever reads it.
#include <rocksdb/db.h>

#include "gtest/gtest.h"
#include "index/storage/columns.h"
#include "index/storage/keys.h"
#include "tests/index/storage_access_testing.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

constexpr acl::CollectionId kOne{1};

template <typename... Arguments>
absl::Status Ignore(Arguments&&...) {
  return absl::OkStatus();
}

// A kind of record: where two of it lie, and a read of all of them.
struct Kind {
  std::string name;
  Column column;
  std::string key;
  std::string other_key;
  std::function<absl::Status(const Store&)> read;
};

std::vector<Kind> Kinds() {
  const auto all = [](auto for_each) {
    return [for_each](const Store& store) {
      return (store.*for_each)([](std::string_view, const auto&) { return absl::OkStatus(); });
    };
  };
  return {{"folder", Column::kAcl, FolderKey(kOne, "a"), FolderKey(kOne, "b"),
           [](const Store& store) { return store.ForEachFolder(kOne, Ignore<FolderRecord>); }},
          {"clearance", Column::kAcl, ClearanceKey("acme", "user:a"), ClearanceKey("acme", "user:b"),
           all(&Store::ForEachClearance)},
          {"source", Column::kAcl, SourceKey("acme", "a"), SourceKey("acme", "b"), all(&Store::ForEachSource)},
          {"sync", Column::kAcl, SyncKey("acme", "a", "s"), SyncKey("acme", "b", "s"), all(&Store::ForEachSync)},
          {"sync part", Column::kSyncParts, SyncPartKey("acme", "a", "s", 1), SyncPartKey("acme", "a", "s", 2),
           [](const Store& store) { return store.ForEachSyncPart("acme", "a", "s", Ignore<SyncPartRecord>); }},
          {"emergency", Column::kAcl, BreakGlassKey("acme", "a"), BreakGlassKey("acme", "b"),
           [](const Store& store) { return store.ForEachBreakGlass("acme", Ignore<BreakGlassRecord>); }},
          {"one emergency", Column::kAcl, BreakGlassKey("acme", "a"), BreakGlassKey("acme", "b"),
           [](const Store& store) { return store.GetBreakGlass("acme", "a").status(); }},
          {"settings", Column::kAcl, SettingsKey("acme"), SettingsKey("other"), all(&Store::ForEachTenantSettings)},
          {"change", Column::kChanges, ChangeRowKey("acme", {acl::Revision(1), 0}),
           ChangeRowKey("acme", {acl::Revision(1), 1}), [](const Store& store) {
             return store.ForEachChange("acme", acl::Revision(0), Ignore<acl::Revision, uint32_t, ChangeRecord>);
           }}};
}

void Fill(const std::string& path) {
  Batch batch;
  for (const char* name : {"a", "b"}) {
    batch.PutFolder(kOne, AFolder(name));
    batch.PutClearance("acme", AClearance("user:" + std::string(name)));
    batch.PutSource("acme", ASource(name));
    batch.PutSync("acme", ASync(name, "s"));
    batch.PutBreakGlass("acme", ABreakGlass(name));
  }
  for (const char* tenant : {"acme", "other"}) batch.PutTenantSettings(tenant, ASettings());
  for (uint32_t number : {1u, 2u}) batch.PutSyncPart("acme", "a", ASyncPart("s", number));
  for (uint32_t part : {0u, 1u}) batch.PutChange("acme", acl::Revision(1), part, AChange("p"));
  const absl::Status status = MustOpen(path)->Commit(std::move(batch), acl::Revision(1));
  ASSERT_TRUE(status.ok()) << status;
}

// Lets `change` at the kind's value and its neighbour's as RocksDB stores them.
void Tamper(const std::string& path, const Kind& kind,
            const std::function<void(std::string& value, const std::string& other)>& change) {
  const StoreOptions options = OptionsFor(path);
  std::vector<rocksdb::ColumnFamilyHandle*> columns;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(
      rocksdb::DB::Open(DatabaseOptions(options), path, ColumnDescriptors(options, nullptr), &columns, &opened).ok());
  std::unique_ptr<rocksdb::DB> database(opened);
  rocksdb::ColumnFamilyHandle* column = columns[static_cast<size_t>(kind.column)];
  std::string value, other;
  ASSERT_TRUE(database->Get({}, column, kind.key, &value).ok());
  ASSERT_TRUE(database->Get({}, column, kind.other_key, &other).ok());
  change(value, other);
  ASSERT_TRUE(database->Put({}, column, kind.key, value).ok());
  for (rocksdb::ColumnFamilyHandle* handle : columns) database->DestroyColumnFamilyHandle(handle);
}

TEST(StorageAccessDamage, AFlippedBitInAStoredRecordIsDataLossForWhoeverReadsIt) {
  for (const Kind& kind : Kinds()) {
    TemporaryFolder folder;
    Fill(folder.path());
    ASSERT_TRUE(kind.read(*MustOpen(folder.path())).ok()) << kind.name;
    Tamper(folder.path(), kind, [](std::string& value, const std::string&) {
      value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
    });
    const absl::Status status = kind.read(*MustOpen(folder.path()));
    EXPECT_TRUE(absl::IsDataLoss(status)) << kind.name << ": " << status;
  }
}

TEST(StorageAccessDamage, TheRecordOfAnotherKeyIsDataLossForWhoeverReadsIt) {
  for (const Kind& kind : Kinds()) {
    TemporaryFolder folder;
    Fill(folder.path());
    Tamper(folder.path(), kind, [](std::string& value, const std::string& other) { value = other; });
    const absl::Status status = kind.read(*MustOpen(folder.path()));
    EXPECT_TRUE(absl::IsDataLoss(status)) << kind.name << ": " << status;
  }
}

TEST(StorageAccessDamage, ADamagedGrantOfOneTenantHidesNoneOfAnother) {
  TemporaryFolder folder;
  Fill(folder.path());
  Batch batch;
  batch.PutBreakGlass("acm", ABreakGlass("z"));
  batch.PutBreakGlass("acmee", ABreakGlass("a"));
  ASSERT_TRUE(MustOpen(folder.path())->Commit(std::move(batch), acl::Revision(2)).ok());
  const Kind grant{"grant", Column::kAcl, BreakGlassKey("acme", "a"), BreakGlassKey("acme", "b"), nullptr};
  Tamper(folder.path(), grant, [](std::string& value, const std::string&) { value.clear(); });
  const std::unique_ptr<Store> store = MustOpen(folder.path());
  EXPECT_TRUE(absl::IsDataLoss(store->ForEachBreakGlass("acme", Ignore<BreakGlassRecord>)));
  for (const char* other : {"acm", "acmee"}) {
    int found = 0;
    const absl::Status status = store->ForEachBreakGlass(other, [&](const BreakGlassRecord&) {
      ++found;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << other << ": " << status;
    EXPECT_EQ(found, 1) << other;
  }
}

}  // namespace
}  // namespace usher::storage
