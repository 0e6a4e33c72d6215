#include "index/storage/status.h"

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::storage {

absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat("cannot ", acl::ToAbsl(doing), ": ", status.ToString());
  if (status.IsNoSpace() || (status.IsIOError() && status.subcode() == rocksdb::Status::kSpaceLimit)) {
    return absl::ResourceExhaustedError(absl::StrCat(message, "; free space on the disk of the data folder"));
  }
  if (status.IsCorruption() || status.IsPathNotFound()) {
    return absl::DataLossError(absl::StrCat(message, "; restore the data folder from a backup"));
  }
  return absl::UnavailableError(message);
}

}  // namespace usher::storage
