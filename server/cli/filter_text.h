// Filters as a person writes them, turned into the API's.
//
//   year >= 2020 and team in (red, blue) and not (draft = true or has expired)
//
// A condition is FIELD OP VALUE with one of = != < <= > >=, FIELD in (VALUE, ...), or has FIELD. `and` binds closer
// than `or`, `not` closest. A value is a number, true, false, time(2026-11-23T12:00:00Z), or text, in quotes of either
// kind where it holds spaces or looks like something else; a field's name may be in quotes as well. `a != b` is `not a
// = b`, which holds where there is no such field. Thread-safety: free function.
#ifndef USHER_SERVER_CLI_FILTER_TEXT_H_
#define USHER_SERVER_CLI_FILTER_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"

namespace usher::cli {

// A usher.v1.Filter. INVALID_ARGUMENT saying what was expected where.
absl::StatusOr<nlohmann::json> FilterFromText(const std::string& text);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_FILTER_TEXT_H_
