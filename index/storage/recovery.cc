#include "index/storage/recovery.h"

#include <utility>

#include <mutex>
#include <shared_mutex>

#include "absl/strings/str_cat.h"
#include "index/storage/status.h"

namespace usher::storage {
namespace {

// Never written; deleting it gives a column something to flush.
constexpr std::string_view kSeedKey("\0seed", 5);

}  // namespace

void FailureListener::OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* /*error*/) {
  failed_.store(true);
}

void FailureListener::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status error,
                                           bool* automatic) {
  error.PermitUncheckedError();
  *automatic = false;
}

void FailureListener::OnMemTableSealed(const rocksdb::MemTableInfo& /*info*/) { unseeded_.store(true); }

Writer::Writer(rocksdb::DB* database, const std::vector<rocksdb::ColumnFamilyHandle*>* columns,
               std::shared_ptr<FailureListener> listener)
    : database_(database), columns_(columns), listener_(std::move(listener)) {}

absl::Status Writer::Write(rocksdb::WriteBatch& batch, bool sync, std::string_view doing) {
  if (listener_->failed()) {
    if (absl::Status status = Recover(); !status.ok()) return status;
  }
  const std::shared_lock lock(gate_);
  if (listener_->TakeUnseeded()) {
    if (absl::Status status = Seed(); !status.ok()) return status;
  }
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
  const std::unique_lock lock(gate_);
  if (!listener_->failed()) return absl::OkStatus();
  const rocksdb::Status status = database_->Resume();
  if (status.ok()) listener_->set_failed(false);
  absl::Status result = FromRocks(status, "resume writing after an earlier failure");
  if (!absl::IsUnavailable(result)) return result;
  return absl::UnavailableError(absl::StrCat(result.message(), "; check the disk, then restart the server"));
}

absl::Status Writer::Seed() {
  rocksdb::WriteBatch batch;
  rocksdb::Status status;
  for (rocksdb::ColumnFamilyHandle* column : *columns_) {
    if (status.ok()) status = batch.Delete(column, rocksdb::Slice(kSeedKey.data(), kSeedKey.size()));
  }
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  if (status.ok()) status = database_->Write(unlogged, &batch);
  if (!status.ok()) listener_->set_failed(true);
  return FromRocks(status, "prepare for writing");
}

}  // namespace usher::storage
