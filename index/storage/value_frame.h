// The frame around every stored value: format version (1 byte), checksum (8 bytes, XXH3, big-endian), payload.
//
// The checksum covers the column, the key, the version and the payload, so a value that was damaged on its way past
// RocksDB's own checksums, or that stands under another key, is noticed. Non-guarantee: it is no MAC; who can write the
// files can forge it. Thread-safety: free functions.
#ifndef USHER_INDEX_STORAGE_VALUE_FRAME_H_
#define USHER_INDEX_STORAGE_VALUE_FRAME_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/keys.h"

namespace usher::storage {

inline constexpr uint8_t kValueFormat = 1;

std::string Seal(Column column, std::string_view key, std::string_view payload);

// The payload, a view into `value`. DATA_LOSS naming the record if anything is off.
absl::StatusOr<std::string_view> Unseal(Column column, std::string_view key, std::string_view value);

// DATA_LOSS naming the record and saying what to do.
absl::Status DamagedRecord(Column column, std::string_view key, std::string_view what);
// The same, for a record that says it is another than the one it is stored as: it would carry that other one's rights.
absl::Status MisplacedRecord(Column column, std::string_view key);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_VALUE_FRAME_H_
