// What the program's exit code says, so that scripts need not read messages.
#ifndef USHER_SERVER_CLI_EXIT_CODE_H_
#define USHER_SERVER_CLI_EXIT_CODE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

enum class ExitCode {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  // The answer is no: `check` says denied, `guard` has flagged the text, or `get` was not given everything it named.
  kNegative = 3,
  // The server does not know the caller, or does not let it do this.
  kRefused = 4,
  // The server cannot be reached, or did not answer in time.
  kUnavailable = 5,
};

// An INVALID_ARGUMENT that blames the command line, so that it exits with kUsage.
absl::Status UsageError(absl::string_view message);

// The code that an error of a command exits with.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_EXIT_CODE_H_
