#include "index/chunking/text_breaker.h"

#include <unicode/uchar.h>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"

namespace usher::chunking {
namespace {

enum Quality { kNone, kCodePoint, kGrapheme, kWord, kLine, kSentence, kParagraph };

bool EndsSentence(std::string_view text, size_t at) {
  char32_t last = 0;
  for (int skipped = 0; at > 0 && skipped < 3; ++skipped) {
    last = PreviousCodePoint(text, at);
    if (last != '"' && last != '\'' && last != ')' && last != 0x201D) break;
  }
  return last == '.' || last == '!' || last == '?' || u_hasBinaryProperty(static_cast<UChar32>(last), UCHAR_S_TERM);
}

bool ExtendsGrapheme(char32_t before, char32_t after) {
  const auto next = static_cast<UChar32>(after);
  return before == 0x200D || after == 0x200D || u_hasBinaryProperty(next, UCHAR_GRAPHEME_EXTEND) ||
         u_hasBinaryProperty(next, UCHAR_EMOJI_MODIFIER) || u_charType(next) == U_COMBINING_SPACING_MARK ||
         (u_hasBinaryProperty(next, UCHAR_REGIONAL_INDICATOR) &&
          u_hasBinaryProperty(static_cast<UChar32>(before), UCHAR_REGIONAL_INDICATOR));
}

// How good a cut before the byte `at` is; `at` is a code point boundary with text on both sides.
Quality QualityAt(std::string_view text, size_t at) {
  const char before = text[at - 1];
  if (before == '\n') {
    if (at >= 2 && text[at - 2] == '\n') return kParagraph;
    return EndsSentence(text, at - 1) ? kSentence : kLine;
  }
  if (IsSpaceAscii(before)) {
    if (at < text.size() && IsSpaceAscii(text[at])) return kGrapheme;
    return EndsSentence(text, at - 1) ? kSentence : kWord;
  }
  size_t left = at;
  size_t right = at;
  const char32_t previous = PreviousCodePoint(text, left);
  const char32_t next = NextCodePoint(text, right);
  if (ExtendsGrapheme(previous, next)) return kCodePoint;
  if (previous >= 0x80 && u_hasBinaryProperty(static_cast<UChar32>(previous), UCHAR_S_TERM)) return kSentence;
  if (previous >= 0x80 && u_hasBinaryProperty(static_cast<UChar32>(previous), UCHAR_IDEOGRAPHIC)) return kWord;
  return kGrapheme;
}

}  // namespace

size_t LastBreak(std::string_view text, size_t low, size_t high) {
  if (high == text.size()) return high;
  high = FloorToCodePoint(text, high);
  size_t best = high;
  Quality best_quality = kNone;
  for (size_t at = high; at > low;) {
    const Quality quality = QualityAt(text, at);
    if (quality > best_quality) {
      best = at;
      best_quality = quality;
      if (quality == kParagraph) break;
    }
    PreviousCodePoint(text, at);
  }
  return best;
}

size_t FirstBreak(std::string_view text, size_t low, size_t high) {
  Quality best_quality = kGrapheme;  // a tail that starts inside a word is noise
  size_t best = high;
  size_t at = FloorToCodePoint(text, low);
  if (at < low && at < high) NextCodePoint(text, at);
  for (; at > 0 && at < high; NextCodePoint(text, at)) {
    const Quality quality = QualityAt(text, at);
    if (quality <= best_quality) continue;
    best = at;
    best_quality = quality;
    if (quality >= kSentence) break;
  }
  return best;
}

}  // namespace usher::chunking
