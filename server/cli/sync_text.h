// Says what the commit of a sync came to.
#ifndef USHER_SERVER_CLI_SYNC_TEXT_H_
#define USHER_SERVER_CLI_SYNC_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "server/cli/exit_code.h"
#include "server/cli/output.h"

namespace usher::cli {

// Prints a usher.v1.CommitSyncResponse. kNegative when the sync is held.
ExitCode TellCommit(const std::string& source, const nlohmann::json& answer, Output& out);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_SYNC_TEXT_H_
