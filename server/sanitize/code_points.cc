#include "server/sanitize/code_points.h"

#include <unicode/uchar.h>

#include <cstdint>
#include <cstring>

#include "index/chunking/utf8.h"

namespace usher::sanitize {

bool IsVariationSelector(char32_t c) {
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_VARIATION_SELECTOR) != 0;
}

bool IsBidiControl(char32_t c) { return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_BIDI_CONTROL) != 0; }

bool IsTag(char32_t c) { return c >= 0xE0000 && c <= 0xE007F; }

bool IsZeroWidth(char32_t c) {
  if (c == 0xAD || IsTag(c)) return false;
  if (c == 0x2800) return true;  // the empty Braille pattern
  return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 &&
         !IsVariationSelector(c) && !IsBidiControl(c);
}

char32_t Before(std::string_view text, size_t offset) {
  return offset == 0 ? 0 : chunking::PreviousCodePoint(text, offset);
}

char32_t At(std::string_view text, size_t offset) {
  return offset >= text.size() ? 0 : chunking::NextCodePoint(text, offset);
}

size_t NextNonAscii(std::string_view text, size_t from) {
  for (; from + sizeof(uint64_t) <= text.size(); from += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + from, sizeof(word));
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (from < text.size() && static_cast<unsigned char>(text[from]) < 0x80) ++from;
  return from;
}

}  // namespace usher::sanitize
