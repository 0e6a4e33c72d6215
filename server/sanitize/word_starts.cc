#include "server/sanitize/word_starts.h"

#include <unicode/uchar.h>

#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr int kMostStanding = 2;

bool IsWhiteSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

// Characters of scripts that write no spaces, other than those that lean on the one before.
bool StandsByItself(char32_t c) {
  if (c < 0x0E00) return false;  // the first such script is Thai
  const auto point = static_cast<UChar32>(c);
  const int32_t breaks = u_getIntPropertyValue(point, UCHAR_LINE_BREAK);
  const bool without_spaces =
      breaks == U_LB_IDEOGRAPHIC || breaks == U_LB_COMPLEX_CONTEXT || breaks == U_LB_CONDITIONAL_JAPANESE_STARTER;
  return without_spaces && u_isalpha(point) && u_hasBinaryProperty(point, UCHAR_GRAPHEME_EXTEND) == 0;
}

}  // namespace

void ForEachWordStart(std::string_view text, absl::FunctionRef<void(size_t)> visit) {
  bool in_word = false;
  int standing = 0;  // characters of the word that stand by themselves
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t c = chunking::NextCodePoint(text, at);
    if (IsWhiteSpace(c)) {
      in_word = false;
      continue;
    }
    const bool stands = StandsByItself(c);
    if (!in_word || (stands && standing == kMostStanding)) {
      visit(start);
      in_word = true;
      standing = 0;
    }
    if (stands) ++standing;
  }
}

}  // namespace usher::sanitize
