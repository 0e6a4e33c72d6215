// Clearances as people type and read them.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_CLEARANCE_H_
#define USHER_SERVER_CLI_CLEARANCE_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// The usher.v1.Clearance of `PRINCIPAL=LEVEL` or `PRINCIPAL=LEVEL:COMPARTMENT,...`, e.g. `user:ann=3:nato,crypto`.
// UsageError for anything else.
absl::StatusOr<nlohmann::json> ParseClearance(absl::string_view text);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_CLEARANCE_H_
