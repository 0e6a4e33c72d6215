// Reads UTF-8 character by character.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_UTF8_H_
#define USHER_SERVER_CLI_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace usher::cli {

// The code point at `position`, which must be inside `text`, and moves `position` behind it. Negative for bytes that
// are not UTF-8.
int32_t NextCharacter(absl::string_view text, size_t& position);

bool IsUtf8(absl::string_view text);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_UTF8_H_
