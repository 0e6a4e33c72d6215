// Makes untrusted text safe to look at: what would steer a terminal, reorder a line or hide in it becomes visible.
//
// Guarantees: the result is valid UTF-8 and holds no control, format (bidi, zero-width, tag), separator, private or
// unassigned character, and no byte that is not UTF-8; each shows as `\u{202e}` or `\xff`. Text without such characters
// is unchanged. Non-guarantee: look-alike letters stay as they are.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_ESCAPE_H_
#define USHER_SERVER_CLI_ESCAPE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace usher::cli {

enum class Lines {
  // Line breaks and tabs become single spaces: for cells and messages of one line.
  kJoin,
  // Line breaks and tabs stay, carriage returns before a line break go.
  kKeep,
};

std::string EscapeText(absl::string_view text, Lines lines = Lines::kJoin);

// Whether there is text, of characters of private use (U+E000 to U+F8FF) alone.
bool IsPrivateUse(absl::string_view text);

// Columns that escaped text takes on a terminal: 2 for wide characters, 0 for combining marks.
size_t DisplayWidth(absl::string_view escaped);

// The longest beginning of escaped text that fits into `width` columns, ending in `…` when something was cut.
std::string CutToWidth(absl::string_view escaped, size_t width);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_ESCAPE_H_
