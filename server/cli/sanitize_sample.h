// One labelled text in, what the sanitiser made of it out: the lines that `usher sanitize` reads and writes.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_SANITIZE_SAMPLE_H_
#define USHER_SERVER_CLI_SANITIZE_SAMPLE_H_

#include <nlohmann/json.hpp>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/chunking/format.h"
#include "server/sanitize/sanitizer.h"

namespace usher::cli {

// The format of a text that came without one, told from how it begins and from marks that only Markdown has.
chunking::Format GuessFormat(std::string_view text);

// Takes {"id", "text", "format"?}; a format is plain, markdown, html or a media type. Gives {"id", "score", "action",
// "text", "findings": [{"rule", "kind" (personal data: "pii"), "type", "start", "end"}]} with byte offsets into the
// given text. A text that the sanitiser refuses or the policy keeps back is quarantined: its "text" is empty.
// INVALID_ARGUMENT names the field that is missing or wrong.
absl::StatusOr<nlohmann::json> SanitizeSample(const sanitize::Sanitizer& sanitizer, const nlohmann::json& sample);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_SANITIZE_SAMPLE_H_
