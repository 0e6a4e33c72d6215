// Short words for people in place of the API's constants.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_LABELS_H_
#define USHER_SERVER_CLI_LABELS_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"

namespace usher::cli {

// `ROLE_READER` with the prefix `ROLE_` gives `reader`; `ROLE_UNSPECIFIED` gives `unspecified`.
std::string Label(absl::string_view constant, absl::string_view prefix);

// The other way round, for words that people type: `reader` or `ROLE_READER` gives `ROLE_READER`.
std::string Constant(absl::string_view word, absl::string_view prefix);

// A usher.v1.Label in words, e.g. `level 3, compartments nato, crypto, for audit only`; empty for one that asks
// nothing.
std::string LabelText(const nlohmann::json& label);

// A policy in one line, e.g. `replace: allow group:eng, user:ann until 2027-01-31T18:00:00Z; deny user:bob; label level
// 2; ceiling group:eng; owners user:ann`.
std::string PolicyLine(const nlohmann::json& policy);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_LABELS_H_
