// Draws what a preview found, for people.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_PREVIEW_TEXT_H_
#define USHER_SERVER_CLI_PREVIEW_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/cli/output.h"

namespace usher::cli {

struct PreviewLine {
  std::string text;  // untrusted
  Colour colour = Colour::kPlain;
};

// Whether a usher.v1.PreviewResponse says that anything changes for anybody.
bool HasDifferences(const nlohmann::json& preview);

// The lines of `preview`, the answer to `request`: `+` for what is gained and appears, `-` for what is lost and
// disappears, and what the answer left out.
std::vector<PreviewLine> PreviewLines(const nlohmann::json& request, const nlohmann::json& preview);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_PREVIEW_TEXT_H_
