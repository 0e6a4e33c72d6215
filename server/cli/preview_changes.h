// The request of a preview, put together from options and files. Pure but for reading the files.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_PREVIEW_CHANGES_H_
#define USHER_SERVER_CLI_PREVIEW_CHANGES_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::cli {

struct PreviewOptions {
  using Memberships = std::vector<std::pair<std::string, std::string>>;  // group, member
  Memberships add_members;
  Memberships remove_members;
  std::vector<std::string> rules;       // RESOURCE=FILE
  std::vector<std::string> clearances;  // as ParseClearance reads them
  std::string changes_file;             // usher.v1.ProposedChanges
  std::string queries_file;             // lines of usher.v1.RecordedQuery
  std::vector<std::string> collections;
  std::string purpose;
  int32_t principals = 1000;
  int32_t names = 10;
};

// The usher.v1.PreviewRequest of the options. UsageError without any change or for options that cannot be read; errors
// of files name them.
absl::StatusOr<nlohmann::json> PreviewRequest(const PreviewOptions& options);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_PREVIEW_CHANGES_H_
