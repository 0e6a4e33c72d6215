#include "index/storage/recovery.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/storage/status.h"

namespace usher::storage {
namespace {

// Never written otherwise; deleting it gives a column something to flush.
constexpr std::string_view kFlushKey("\0recovery", 9);

}  // namespace

void FailureListener::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* /*error*/) {
  failed_.store(true);
}

void FailureListener::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status error,
                                           bool* automatic) {
  error.PermitUncheckedError();
  *automatic = false;
}

Writer::Writer(rocksdb::DB* database, const std::vector<rocksdb::ColumnFamilyHandle*>* columns,
               std::shared_ptr<FailureListener> listener)
    : database_(database), columns_(columns), listener_(std::move(listener)) {}

absl::Status Writer::Write(rocksdb::WriteBatch& batch, bool sync, std::string_view doing) {
  if (listener_->failed()) {
    if (absl::Status status = Recover(); !status.ok()) return status;
  }
  absl::ReaderMutexLock lock(&gate_);
  rocksdb::WriteOptions options;
  options.sync = sync;
  const rocksdb::Status status = database_->Write(options, &batch);
  if (!status.ok()) listener_->set_failed(true);
  return FromRocks(status, doing);
}

absl::Status Writer::Flush() {
  rocksdb::FlushOptions options;
  options.wait = true;
  return FromRocks(database_->Flush(options, *columns_), "flush the store");
}

absl::Status Writer::Recover() {
  absl::WriterMutexLock lock(&gate_);
  if (!listener_->failed()) return absl::OkStatus();
  rocksdb::Status status = database_->Resume();
  if (status.ok()) {
    // Cleared first: a failure during the flush sets it again.
    listener_->set_failed(false);
    status = LeaveLogBehind();
    if (!status.ok()) listener_->set_failed(true);
  }
  absl::Status result = FromRocks(status, "resume writing after an earlier failure");
  if (!absl::IsUnavailable(result)) return result;
  return absl::UnavailableError(absl::StrCat(result.message(), "; check the disk, then restart the server"));
}

rocksdb::Status Writer::LeaveLogBehind() {
  rocksdb::WriteBatch batch;
  for (rocksdb::ColumnFamilyHandle* column : *columns_) {
    rocksdb::Status status = batch.Delete(column, rocksdb::Slice(kFlushKey.data(), kFlushKey.size()));
    if (!status.ok()) return status;
  }
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  rocksdb::Status status = database_->Write(unlogged, &batch);
  if (!status.ok()) return status;
  rocksdb::FlushOptions options;
  options.wait = true;
  return database_->Flush(options, *columns_);
}

}  // namespace usher::storage
