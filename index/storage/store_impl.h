// The open database behind a Store. Private to the store's own files.
#ifndef USHER_INDEX_STORAGE_STORE_IMPL_H_
#define USHER_INDEX_STORAGE_STORE_IMPL_H_

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/storage/keys.h"
#include "index/storage/recovery.h"
#include "index/storage/store.h"
#include "index/storage/wal_guard.h"
#include "index/storage/watermark.h"

namespace usher::storage {

struct Store::Impl {
  explicit Impl(const StoreOptions& options) : request_retention(options.request_retention), path(options.path) {}
  ~Impl();

  absl::Status OpenDatabase(const StoreOptions& options);
  // Reads what tells stores apart, or makes it in a folder without any data.
  absl::Status LoadIdentity();
  absl::Status CreateIdentity();
  absl::Status LoadLastAudit();

  rocksdb::ColumnFamilyHandle* Handle(Column column) const { return columns[static_cast<size_t>(column)]; }
  // The value as stored, framed; nullopt if there is none.
  absl::StatusOr<std::optional<std::string>> Get(Column column, std::string_view key) const;
  // The payload of a record of the default column family; nullopt if there is none.
  absl::StatusOr<std::optional<std::string>> GetMeta(std::string_view key) const;
  absl::StatusOr<bool> IsEmpty() const;

  // Every record of `column` that starts with `prefix`, from `start` on.
  using RowVisitor = std::function<absl::Status(std::string_view key, std::string_view value)>;
  absl::Status ForEach(Column column, std::string_view prefix, std::string_view start, const RowVisitor& visit) const;

  // Every record of a kind that column family `acl` keeps by tenant; `key_of` says where a record belongs.
  template <typename Record>
  absl::Status ForEachOfTenants(std::string_view prefix,
                                absl::StatusOr<Record> (*decode)(std::string_view, std::string_view),
                                std::string (*key_of)(std::string_view tenant, const Record& record),
                                const TenantVisitor<Record>& visit) const;

  // Calls `visit` with the value of each key, or nullopt, in the order of `keys`.
  using SlotVisitor = std::function<absl::Status(size_t slot, std::optional<std::string_view> value)>;
  absl::Status MultiGet(Column column, const std::vector<std::string>& keys, const SlotVisitor& visit) const;

  const absl::Duration request_retention;
  const std::string path;

  // Declared before the database, which uses them until it is closed.
  std::unique_ptr<rocksdb::Env> env;
  WalGuard wal_guard;
  std::shared_ptr<FailureListener> listener = std::make_shared<FailureListener>();
  std::unique_ptr<ObjectCache> objects;
  std::unique_ptr<rocksdb::DB> database;
  std::vector<rocksdb::ColumnFamilyHandle*> columns;  // by Column; owned, destroyed before the database
  std::unique_ptr<Writer> writer;

  std::string store_id;
  std::string token_key;
  std::atomic<uint64_t> last_revision = 0;

  std::mutex commit_mutex;
  std::unique_ptr<Watermark> watermark;  // guarded by commit_mutex
  bool watermark_behind = false;         // guarded by commit_mutex

  std::mutex audit_mutex;
  uint64_t last_audit = 0;  // guarded by audit_mutex
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_STORE_IMPL_H_
