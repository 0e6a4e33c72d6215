// Refuses records that could be written but not be read again: one of them would keep the store from opening.
//
// Non-guarantee: policies of collections and documents are not checked here, their writers made them canonical.
// Thread-safety: free functions.
#ifndef USHER_INDEX_STORAGE_RECORD_CHECK_H_
#define USHER_INDEX_STORAGE_RECORD_CHECK_H_

#include "absl/status/status.h"
#include "index/storage/access_records.h"
#include "index/storage/records.h"

namespace usher::storage {

// INVALID_ARGUMENT for values that are not canonical, out of order or out of range, and for more than 256 MiB.
absl::Status CheckWritable(const DocumentRecord& record);
absl::Status CheckWritable(const FolderRecord& record);
absl::Status CheckWritable(const ClearanceRecord& record);
absl::Status CheckWritable(const SourceRecord& record);
absl::Status CheckWritable(const SyncPartRecord& record);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_RECORD_CHECK_H_
