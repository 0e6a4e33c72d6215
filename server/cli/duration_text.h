// Durations as people type them, and as the API's JSON writes them.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_DURATION_TEXT_H_
#define USHER_SERVER_CLI_DURATION_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::cli {

// `7200s` of `2h`. UsageError that blames `option` for what is no duration or is shorter than `least`.
absl::StatusOr<std::string> ApiDuration(const std::string& option, const std::string& text, absl::Duration least);

// `24h` of `86400s`, which ApiDuration takes back. What is no duration stays as it is.
std::string ReadableDuration(const std::string& text);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_DURATION_TEXT_H_
