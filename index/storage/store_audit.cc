// The audit log: appended outside of revisions, dense from 1.
#include "absl/strings/str_cat.h"
#include "index/storage/status.h"
#include "index/storage/store_impl.h"
#include "index/storage/value_frame.h"

namespace usher::storage {
namespace {

absl::StatusOr<uint64_t> AuditId(std::string_view key) {
  const std::optional<uint64_t> id = ParseBigEndian64(key);
  if (!id.has_value()) return DamagedRecord(Column::kAudit, key, "has a malformed key");
  return *id;
}

}  // namespace

absl::Status Store::Impl::LoadLastAudit() {
  std::unique_ptr<rocksdb::Iterator> it(database->NewIterator({}, Handle(Column::kAudit)));
  it->SeekToLast();
  const std::unique_lock lock(audit_mutex);
  if (!it->Valid()) return FromRocks(it->status(), "find the end of the audit log");
  absl::StatusOr<uint64_t> id = AuditId(it->key().ToStringView());
  if (!id.ok()) return id.status();
  last_audit = *id;
  return absl::OkStatus();
}

absl::Status Store::AppendAudit(uint64_t id, std::string_view entry) {
  const std::unique_lock lock(impl_->audit_mutex);
  if (id != impl_->last_audit + 1) {
    return absl::AbortedError(absl::StrCat("audit entry ", id, " does not follow the last one, ", impl_->last_audit,
                                           "; read it anew and retry"));
  }
  const std::string key = BigEndian64(id);
  rocksdb::WriteBatch batch;
  const rocksdb::Status added = batch.Put(impl_->Handle(Column::kAudit), key, Seal(Column::kAudit, key, entry));
  if (!added.ok()) return FromRocks(added, "build the audit entry");
  absl::Status status = impl_->writer->Write(batch, /*sync=*/false, absl::StrCat("append audit entry ", id));
  if (status.ok()) impl_->last_audit = id;
  return status;
}

absl::StatusOr<std::optional<std::pair<uint64_t, std::string>>> Store::LastAudit() const {
  uint64_t last = 0;
  {
    const std::unique_lock lock(impl_->audit_mutex);
    last = impl_->last_audit;
  }
  if (last == 0) return std::nullopt;
  const std::string key = BigEndian64(last);
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kAudit, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return DamagedRecord(Column::kAudit, key, "is missing");
  absl::StatusOr<std::string_view> entry = Unseal(Column::kAudit, key, **value);
  if (!entry.ok()) return entry.status();
  return std::make_pair(last, std::string(*entry));
}

absl::Status Store::ForEachAudit(uint64_t from_id,
                                 const std::function<absl::Status(uint64_t id, std::string_view entry)>& visit) const {
  uint64_t expected = from_id == 0 ? 1 : from_id;
  return impl_->ForEach(Column::kAudit, "", BigEndian64(expected),
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<uint64_t> id = AuditId(key);
                          if (!id.ok()) return id.status();
                          if (*id != expected) {
                            return DamagedRecord(Column::kAudit, BigEndian64(expected), "is missing");
                          }
                          absl::StatusOr<std::string_view> entry = Unseal(Column::kAudit, key, value);
                          if (!entry.ok()) return entry.status();
                          ++expected;
                          return visit(*id, *entry);
                        });
}

}  // namespace usher::storage
