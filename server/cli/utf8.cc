#include "server/cli/utf8.h"

#include <unicode/utf8.h>

namespace usher::cli {

int32_t NextCharacter(absl::string_view text, size_t& position) {
  int32_t character = 0;
  int32_t offset = 0;
  // A character has at most 4 bytes, so a short window keeps the offsets of ICU's macro within 32 bits.
  const absl::string_view window = text.substr(position, 4);
  const auto length = static_cast<int32_t>(window.size());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // inside ICU's macro
  U8_NEXT(window.data(), offset, length, character);
#pragma GCC diagnostic pop
  position += static_cast<size_t>(offset);
  return character;
}

bool IsUtf8(absl::string_view text) {
  for (size_t position = 0; position < text.size();) {
    if (NextCharacter(text, position) < 0) return false;
  }
  return true;
}

}  // namespace usher::cli
