// Writing, and getting back to it after a write failed.
//
// After a failed append or sync nobody knows how much of the batch reached the log. Until that is cleared up every
// write is refused. Clearing up flushes all column families together and starts a new log, so that the failed batch
// cannot come back when logs are replayed; a disk that was full works again as soon as it is not. After an I/O error
// RocksDB does not resume, rightly: what a failed fsync left in the page cache is unknown. Then the store must be
// reopened.
//
// Thread-safety: all methods may be called concurrently.
#ifndef USHER_INDEX_STORAGE_RECOVERY_H_
#define USHER_INDEX_STORAGE_RECOVERY_H_

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace usher::storage {

// Shared with RocksDB, which tells it of failures in the background.
class FailureListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error, bool* automatic) override;

  void OnMemTableSealed(const rocksdb::MemTableInfo& info) override;

  bool failed() const { return failed_.load(); }
  void set_failed(bool failed) { failed_.store(failed); }
  // True once after each time the memtables may have become empty.
  bool TakeUnseeded() { return unseeded_.exchange(false); }

 private:
  std::atomic<bool> failed_ = false;
  std::atomic<bool> unseeded_ = true;
};

class Writer {
 public:
  // `database` and `columns` must outlive this; `listener` is registered with `database`.
  Writer(rocksdb::DB* database, const std::vector<rocksdb::ColumnFamilyHandle*>* columns,
         std::shared_ptr<FailureListener> listener);

  // OK only if the batch is in the log (and on disk, if `sync`) and visible; on any error it is not visible.
  absl::Status Write(rocksdb::WriteBatch& batch, bool sync, std::string_view doing);

  // Moves everything to table files, so that nothing is left to replay.
  absl::Status Flush();

 private:
  absl::Status Recover();
  // RocksDB resumes on a new log only if there is something to flush, so each column always holds something.
  absl::Status Seed();

  rocksdb::DB* database_;
  const std::vector<rocksdb::ColumnFamilyHandle*>* columns_;
  std::shared_ptr<FailureListener> listener_;
  std::shared_mutex gate_;  // shared by writes; held alone while recovering, so that nothing is logged in between
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_RECOVERY_H_
