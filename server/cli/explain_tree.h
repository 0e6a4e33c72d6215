// Draws the proof behind an answer about access.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_EXPLAIN_TREE_H_
#define USHER_SERVER_CLI_EXPLAIN_TREE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/cli/output.h"

namespace usher::cli {

struct TreeLine {
  std::string text;  // untrusted
  Colour colour = Colour::kPlain;
};

// The lines of a usher.v1.ExplainResponse: its summary, then each node inside the one above it, with the rules that
// matched, what its label and ceiling say, and last how old the rights of each source are.
std::vector<TreeLine> ExplainTree(const nlohmann::json& explanation);

// One usher.v1.SyncAge, e.g. `source okta: last sync 2026-01-01T00:00:00Z, stale, so that nobody reads`.
TreeLine SyncLine(const nlohmann::json& sync);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_EXPLAIN_TREE_H_
