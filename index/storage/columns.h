// RocksDB's settings for each column family, and for all of them. NOTES.md says what memory they add up to.
#ifndef USHER_INDEX_STORAGE_COLUMNS_H_
#define USHER_INDEX_STORAGE_COLUMNS_H_

#include <rocksdb/cache.h>
#include <rocksdb/db.h>

#include <memory>
#include <vector>

#include "index/storage/store.h"

namespace usher::storage {

// Without environment, listeners and WAL filter, which belong to the one who opens.
rocksdb::DBOptions DatabaseOptions(const StoreOptions& options);

// By Column; they share the block cache.
std::vector<rocksdb::ColumnFamilyDescriptor> ColumnDescriptors(const StoreOptions& options,
                                                               std::shared_ptr<rocksdb::Cache> cache);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_COLUMNS_H_
