// RocksDB's verdicts in the words of store.h.
#ifndef USHER_INDEX_STORAGE_STATUS_H_
#define USHER_INDEX_STORAGE_STATUS_H_

#include <rocksdb/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace usher::storage {

// RESOURCE_EXHAUSTED for a full disk or quota, DATA_LOSS for damage and missing files, UNAVAILABLE for everything else.
// `doing` completes "cannot ...".
absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_STATUS_H_
