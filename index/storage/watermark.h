// A small file beside the database that remembers the newest acknowledged revision.
//
// The end of a write-ahead log that was cut off, or damaged so as to look cut off, looks exactly like a crash before
// the write was finished. The watermark tells the two apart: a store that comes back with less than it acknowledged is
// damaged. Guarantee: never ahead of what is on disk, because it is written after the commit was synced. Non-guarantee:
// it is not synced itself, so after a loss of power it may lag and then notices less. Thread-safety: none. Format:
// revision (8 bytes, big-endian), checksum over store id and revision (8 bytes, XXH3, big-endian).
#ifndef USHER_INDEX_STORAGE_WATERMARK_H_
#define USHER_INDEX_STORAGE_WATERMARK_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "acl/ids.h"

namespace usher::storage {

inline constexpr std::string_view kWatermarkFile = "ACKNOWLEDGED";

class Watermark {
 public:
  // Opens the file in `folder`, creating it at `recovered` if it is missing or was never written. DATA_LOSS if it is
  // damaged, belongs to another store, or is ahead of `recovered`.
  static absl::StatusOr<std::unique_ptr<Watermark>> Open(const std::string& folder, std::string_view store_id,
                                                         acl::Revision recovered);
  ~Watermark();
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;

  absl::Status Write(acl::Revision revision);

 private:
  Watermark(int file, std::string path, std::string_view store_id);
  std::string Content(acl::Revision revision) const;
  absl::Status Check(acl::Revision recovered) const;

  int file_;
  std::string path_;
  std::string store_id_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_WATERMARK_H_
