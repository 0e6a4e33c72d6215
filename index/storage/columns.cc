#include "index/storage/columns.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>
#include <string>

#include "index/storage/keys.h"
#include "index/storage/request_filter.h"

namespace usher::storage {
namespace {

constexpr uint64_t kMiB = 1ull << 20;

// RocksDB 7.8 writes its own log into the data folder, and ends the process by an assertion at the first line after one
// that found the disk full. Whatever matters comes back as a status, so that log is done without.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::BlockBasedTableOptions TableOptions(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 16 << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  // Index and filter blocks count against the cache, so that memory stays bounded however large the store grows.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  // Those of open tables, so that a read looks up one block, not three.
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  return table;
}

// Every answer reads ten or so records of these, each from another block.
bool IsReadSingly(Column column) { return column == Column::kChunks || column == Column::kDocuments; }

rocksdb::ColumnFamilyOptions ColumnOptions(Column column, const StoreOptions& options,
                                           rocksdb::BlockBasedTableOptions table) {
  if (IsReadSingly(column)) {
    table.block_size = 4 << 10;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  }
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.compaction_style = rocksdb::kCompactionStyleLevel;
  family.level_compaction_dynamic_level_bytes = true;
  family.compression = rocksdb::kLZ4Compression;
  family.write_buffer_size = (column == Column::kChunks || column == Column::kVectors ? 32 : 8) * kMiB;
  family.max_write_buffer_number = 3;
  switch (column) {
    case Column::kVectors:
      family.compression = rocksdb::kNoCompression;  // floats do not compress
      break;
    case Column::kRequests:
      family.compaction_filter_factory = std::make_shared<RequestFilterFactory>(options.request_retention);
      // Rewrites files that nothing else would, so that their requests are forgotten too.
      family.periodic_compaction_seconds =
          static_cast<uint64_t>(std::max<int64_t>(3600, absl::ToInt64Seconds(options.request_retention)));
      break;
    default:
      break;
  }
  return family;
}

}  // namespace

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options) {
  rocksdb::DBOptions database;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.paranoid_checks = true;
  database.track_and_verify_wals_in_manifest = true;
  // Any damage in the log refuses to open, except a last record that was never finished.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Lets a failed write be left behind in all column families at once: see recovery.h.
  database.atomic_flush = true;
  database.max_total_wal_size = 128 * kMiB;
  database.db_write_buffer_size = std::clamp(options.block_cache_bytes / 2, 32 * kMiB, 256 * kMiB);
  database.max_open_files = 1024;
  database.max_background_jobs = 2;
  database.bytes_per_sync = kMiB;
  database.info_log = std::make_shared<NoLog>();
  database.max_manifest_file_size = 16 * kMiB;
  // The store itself resumes after a failed write, at a moment it chooses: see recovery.h.
  database.max_bgerror_resume_count = 0;
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> ColumnDescriptors(const StoreOptions& options,
                                                               std::shared_ptr<rocksdb::Cache> cache) {
  const rocksdb::BlockBasedTableOptions table = TableOptions(std::move(cache));
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (int i = 0; i < kColumnCount; ++i) {
    descriptors.emplace_back(std::string(kColumnNames[static_cast<size_t>(i)]),
                             ColumnOptions(static_cast<Column>(i), options, table));
  }
  return descriptors;
}

}  // namespace usher::storage
