#include "index/storage/wal_guard.h"

#include <rocksdb/write_batch.h>

#include "index/storage/keys.h"
#include "index/storage/value_frame.h"

namespace usher::storage {
namespace {

constexpr uint32_t kDefaultColumn = 0;

// Collects the revision and the audit entry that a batch carries.
class Numbers final : public rocksdb::WriteBatch::Handler {
 public:
  explicit Numbers(std::optional<uint32_t> audit_column) : audit_column_(audit_column) {}

  rocksdb::Status PutCF(uint32_t column, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    if (column == kDefaultColumn && key.ToStringView() == kRevisionKey) {
      absl::StatusOr<std::string_view> payload = Unseal(Column::kMeta, key.ToStringView(), value.ToStringView());
      revision = payload.ok() ? ParseBigEndian64(*payload) : std::nullopt;
      if (!revision.has_value()) return rocksdb::Status::Corruption("bad revision");
    } else if (audit_column_.has_value() && column == *audit_column_) {
      audit = ParseBigEndian64(key.ToStringView());
      if (!audit.has_value()) return rocksdb::Status::Corruption("bad audit key");
    }
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(uint32_t, const rocksdb::Slice&) override { return rocksdb::Status::OK(); }
  rocksdb::Status DeleteRangeCF(uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override {
    return rocksdb::Status::OK();
  }

  std::optional<uint64_t> revision;
  std::optional<uint64_t> audit;

 private:
  std::optional<uint32_t> audit_column_;
};

// Moves `last` on to `next`; false if something between them is missing.
bool Follow(std::optional<uint64_t>& last, std::optional<uint64_t> next) {
  if (!next.has_value()) return true;
  const bool follows = !last.has_value() || *next == *last + 1;
  last = next;
  return follows;
}

}  // namespace

void WalGuard::ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& /*log_numbers*/,
                                        const std::map<std::string, uint32_t>& column_ids) {
  const auto found = column_ids.find(std::string(kColumnNames[static_cast<size_t>(Column::kAudit)]));
  if (found != column_ids.end()) audit_column_ = found->second;
}

rocksdb::WalFilter::WalProcessingOption WalGuard::LogRecordFound(unsigned long long /*log_number*/,
                                                                 const std::string& /*log_file_name*/,
                                                                 const rocksdb::WriteBatch& batch,
                                                                 rocksdb::WriteBatch* /*new_batch*/,
                                                                 bool* /*batch_changed*/) {
  Numbers numbers(audit_column_);
  const bool readable = batch.Iterate(&numbers).ok();
  const bool whole = readable && Follow(last_revision_, numbers.revision) && Follow(last_audit_, numbers.audit);
  return whole ? WalProcessingOption::kContinueProcessing : WalProcessingOption::kCorruptedRecord;
}

}  // namespace usher::storage
