#include "server/cli/escape.h"

#include <unicode/uchar.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "server/cli/utf8.h"

namespace usher::cli {
namespace {

bool IsVisible(UChar32 character) {
  constexpr uint32_t kHidden =
      U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
  return (U_GET_GC_MASK(character) & kHidden) == 0 &&
         u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
}

size_t WidthOf(UChar32 character) {
  if ((U_GET_GC_MASK(character) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0) return 0;
  const int32_t width = u_getIntPropertyValue(character, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

bool IsLineBreak(absl::string_view bytes) { return bytes == "\n" || bytes == "\t" || bytes == "\r"; }

void AppendInvalid(absl::string_view bytes, std::string& out) {
  for (const char byte : bytes) out += absl::StrFormat("\\x%02x", static_cast<unsigned char>(byte));
}

void AppendBreak(absl::string_view text, size_t begin, Lines lines, std::string& out) {
  if (lines == Lines::kJoin) {
    if (!out.empty() && out.back() != ' ') out += ' ';
  } else if (text[begin] != '\r') {
    out += text[begin];
  } else if (begin + 1 >= text.size() || text[begin + 1] != '\n') {
    out += "\\u{d}";  // alone, it would let the rest of the line overwrite its beginning
  }
}

}  // namespace

std::string EscapeText(absl::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  for (size_t position = 0; position < text.size();) {
    const size_t begin = position;
    const UChar32 character = NextCharacter(text, position);
    const absl::string_view bytes = text.substr(begin, position - begin);
    if (character < 0) {
      AppendInvalid(bytes, out);
    } else if (IsLineBreak(bytes)) {
      AppendBreak(text, begin, lines, out);
    } else if (IsVisible(character)) {
      absl::StrAppend(&out, bytes);
    } else {
      out += absl::StrFormat("\\u{%x}", character);
    }
  }
  return out;
}

bool IsPrivateUse(absl::string_view text) {
  for (size_t position = 0; position < text.size();) {
    const UChar32 character = NextCharacter(text, position);
    if (character < 0xE000 || character > 0xF8FF) return false;
  }
  return !text.empty();
}

size_t DisplayWidth(absl::string_view escaped) {
  size_t width = 0;
  for (size_t position = 0; position < escaped.size();) width += WidthOf(NextCharacter(escaped, position));
  return width;
}

std::string CutToWidth(absl::string_view escaped, size_t width) {
  if (DisplayWidth(escaped) <= width) return std::string(escaped);
  if (width == 0) return "";
  size_t used = 0;
  size_t end = 0;
  for (size_t position = 0; position < escaped.size();) {
    used += WidthOf(NextCharacter(escaped, position));
    if (used > width - 1) break;
    end = position;
  }
  return absl::StrCat(escaped.substr(0, end), "…");
}

}  // namespace usher::cli
