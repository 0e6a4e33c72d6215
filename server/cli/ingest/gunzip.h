// Unpacks gzip, bounded.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_CLI_INGEST_GUNZIP_H_
#define USHER_SERVER_CLI_INGEST_GUNZIP_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// The content of one gzip member. INVALID_ARGUMENT for bytes that are none, are cut off or go on after it, and for
// content of more than `most` bytes, which are never held in memory.
absl::StatusOr<std::string> Gunzip(absl::string_view packed, size_t most);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_GUNZIP_H_
