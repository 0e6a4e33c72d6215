// The folder the database lives in: made private, and refused when it is something else.
#ifndef USHER_INDEX_STORAGE_DATA_FOLDER_H_
#define USHER_INDEX_STORAGE_DATA_FOLDER_H_

#include <string>

#include "absl/status/status.h"

namespace usher::storage {

// Creates `path` with mode 0700 if it is missing; its parent must exist. FAILED_PRECONDITION if it is no directory or
// holds strange files, PERMISSION_DENIED if it may not be used, DATA_LOSS if the database in it lost the file that
// names its state: RocksDB would start an empty one in its place.
absl::Status PrepareDataFolder(const std::string& path);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_DATA_FOLDER_H_
