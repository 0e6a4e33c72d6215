// Shows a person what the sanitiser saw in a text, and where.
//
// Thread-safety: as Output's.
#ifndef USHER_SERVER_CLI_SANITIZE_VIEW_H_
#define USHER_SERVER_CLI_SANITIZE_VIEW_H_

#include <string_view>
#include <vector>

#include "server/cli/output.h"
#include "server/sanitize/finding.h"

namespace usher::cli {

// Prints `text` with each finding between `[N>` and `<N]`, and below it the numbered findings with their details.
// `findings` are in the order of their starts and lie inside the text.
void ShowFindings(std::string_view text, const std::vector<sanitize::Finding>& findings, Output& out);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_SANITIZE_VIEW_H_
