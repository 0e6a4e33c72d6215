// The changes of a batch, encoded, before they meet a database. Private to the store.
#ifndef USHER_INDEX_STORAGE_BATCH_IMPL_H_
#define USHER_INDEX_STORAGE_BATCH_IMPL_H_

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
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
  // Encodes under the key.
  template <typename Record>
  void PutRow(Column column, std::string key, const Record& record,
              std::string (*encode)(std::string_view, const Record&)) {
    std::string value = encode(key, record);
    Put(column, std::move(key), std::move(value));
  }
  void Delete(Column column, std::string key);
  void DeletePrefix(Column column, std::string prefix);
  // `end` is exclusive.
  void DeleteRange(Column column, std::string begin, std::string end);
  void Add(Change change);

  // Fails the commit of the batch, unless something did already.
  void Refuse(absl::Status reason);
  // Bytes that RocksDB's form of the batch takes, or a few more.
  size_t EncodedBytes() const;

  // Empties `changes` on the way: a large batch is never in memory twice. INVALID_ARGUMENT if something was asked for
  // that cannot be written.
  absl::Status MoveTo(const std::vector<rocksdb::ColumnFamilyHandle*>& columns, rocksdb::WriteBatch& out);

  std::deque<Change> changes;
  uint64_t bytes = 0;
  absl::Status status;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_BATCH_IMPL_H_
