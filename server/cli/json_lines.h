// Reads files and streams that hold one JSON object a line, in memory bounded by the longest line allowed.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_CLI_JSON_LINES_H_
#define USHER_SERVER_CLI_JSON_LINES_H_

#include <functional>
#include <istream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace usher::cli {

// Hands each line that is not blank to `sink`, with `FILE:LINE` and its object, or INVALID_ARGUMENT where the line
// holds none or has more than 64 MiB. Stops at the sink's first error and returns it; otherwise NOT_FOUND or DATA_LOSS
// when the file cannot be read.
absl::Status ForEachJsonLine(
    const std::string& path,
    const std::function<absl::Status(const std::string& where, absl::StatusOr<nlohmann::json> object)>& sink);

// The same for a stream that is open already; `name` stands for FILE.
absl::Status ForEachJsonLine(
    std::istream& stream, const std::string& name,
    const std::function<absl::Status(const std::string& where, absl::StatusOr<nlohmann::json> object)>& sink);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_JSON_LINES_H_
