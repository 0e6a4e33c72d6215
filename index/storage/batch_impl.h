// The changes of a batch, encoded, before they meet a database. Private to the store.
#ifndef USHER_INDEX_STORAGE_BATCH_IMPL_H_
#define USHER_INDEX_STORAGE_BATCH_IMPL_H_

#include <rocksdb/write_batch.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "index/storage/keys.h"
#include "index/storage/store.h"

namespace usher::storage {

struct Batch::Impl {
  enum class Kind { kPut, kDelete, kDeleteRange };
  struct Change {
    Kind kind;
    Column column;
    std::string key;    // of a range: its begin
    std::string value;  // of a range: its end, exclusive

    rocksdb::Status CopyTo(rocksdb::ColumnFamilyHandle* handle, rocksdb::WriteBatch& out) const;
  };

  void Put(Column column, std::string key, std::string value);
  void Delete(Column column, std::string key);
  void DeletePrefix(Column column, std::string prefix);
  void Add(Change change);

  // INVALID_ARGUMENT if something was asked for that cannot be written.
  absl::Status CopyTo(const std::vector<rocksdb::ColumnFamilyHandle*>& columns, rocksdb::WriteBatch& out) const;

  std::vector<Change> changes;
  uint64_t bytes = 0;
  absl::Status status;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_BATCH_IMPL_H_
