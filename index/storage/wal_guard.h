// Notices writes that are missing from the middle of the write-ahead log.
//
// RocksDB checks each log record by itself; a length field or a block that was damaged so as to look like the end of a
// file makes it skip what follows without a word. Revisions and audit entries are numbered without gaps, so each that
// is replayed must follow the one before. Thread-safety: used by the one thread that recovers.
#ifndef USHER_INDEX_STORAGE_WAL_GUARD_H_
#define USHER_INDEX_STORAGE_WAL_GUARD_H_

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace usher::storage {

// Makes RocksDB's recovery fail with Corruption at the first gap. Must outlive the open database.
class WalGuard final : public rocksdb::WalFilter {
 public:
  void ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& log_numbers,
                                const std::map<std::string, uint32_t>& column_ids) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;
  const char* Name() const override { return "usher.WalGuard"; }

 private:
  std::optional<uint32_t> audit_column_;
  std::optional<uint64_t> last_revision_;
  std::optional<uint64_t> last_audit_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_WAL_GUARD_H_
