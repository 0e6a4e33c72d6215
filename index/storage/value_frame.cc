#include "index/storage/value_frame.h"

#include <xxhash.h>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::storage {
namespace {

constexpr size_t kHeaderBytes = 9;

uint64_t Checksum(Column column, uint8_t format, std::string_view key, std::string_view payload) {
  const uint64_t seed = static_cast<uint64_t>(format) << 8 | static_cast<uint64_t>(column);
  return XXH3_64bits_withSeed(payload.data(), payload.size(), XXH3_64bits_withSeed(key.data(), key.size(), seed));
}

}  // namespace

std::string Seal(Column column, std::string_view key, std::string_view payload) {
  std::string out;
  out.reserve(kHeaderBytes + payload.size());
  out.push_back(static_cast<char>(kValueFormat));
  out.append(BigEndian64(Checksum(column, kValueFormat, key, payload)));
  out.append(payload);
  return out;
}

absl::StatusOr<std::string_view> Unseal(Column column, std::string_view key, std::string_view value) {
  if (value.size() < kHeaderBytes) return DamagedRecord(column, key, "is too short");
  const auto format = static_cast<uint8_t>(value[0]);
  const std::string_view payload = value.substr(kHeaderBytes);
  if (ParseBigEndian64(value.substr(1, 8)) != Checksum(column, format, key, payload)) {
    return DamagedRecord(column, key, "does not match its checksum");
  }
  if (format != kValueFormat) {
    return DamagedRecord(column, key, absl::StrCat("has the unknown format ", static_cast<int>(format)));
  }
  return payload;
}

absl::Status DamagedRecord(Column column, std::string_view key, std::string_view what) {
  return absl::DataLossError(absl::StrCat("the ", DescribeKey(column, key), " ", acl::ToAbsl(what),
                                          "; restore the data folder from a backup"));
}

absl::Status MisplacedRecord(Column column, std::string_view key) {
  return DamagedRecord(column, key, "does not belong to its key");
}

}  // namespace usher::storage
