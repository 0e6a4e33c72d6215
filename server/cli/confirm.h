// Asks before something is destroyed.
#ifndef USHER_SERVER_CLI_CONFIRM_H_
#define USHER_SERVER_CLI_CONFIRM_H_

#include <string>

#include "absl/status/status.h"

namespace usher::cli {

// OK when the person at the terminal types `name`. ABORTED when they type something else, UsageError without a
// terminal.
absl::Status ConfirmByName(const std::string& question, const std::string& name);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_CONFIRM_H_
