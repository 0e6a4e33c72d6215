#include "server/sanitize/personal/folded_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace usher::sanitize::personal {
namespace {

constexpr int kSame = -1;
constexpr int kDropped = -2;

// What `c` becomes: an ASCII character, kSame or kDropped.
int FoldCodePoint(UChar32 c) {
  if (c < 0xA0) return kSame;
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<int>(c - 0xFF01 + '!');
  if (c == 0x3002 || c == 0xFF61) return '.';
  switch (u_charType(c)) {
    case U_DECIMAL_DIGIT_NUMBER:
      return '0' + u_charDigitValue(c);
    case U_SPACE_SEPARATOR:
      return ' ';
    case U_DASH_PUNCTUATION:
      return '-';
    case U_FORMAT_CHAR:
      return kDropped;
    default:
      return c == 0x2212 ? '-' : kSame;
  }
}

// Two-byte letters of the Latin, Greek, Cyrillic and Hebrew blocks never change; most non-ASCII text is made of them.
bool NeverChanges(unsigned char lead) { return lead >= 0xC3 && lead <= 0xD7; }

size_t SkipAscii(std::string_view text, size_t from) {
  for (uint64_t word = 0; from + sizeof(word) <= text.size(); from += sizeof(word)) {
    std::memcpy(&word, text.data() + from, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (from < text.size() && static_cast<unsigned char>(text[from]) < 0x80) ++from;
  return from;
}

struct FoldedCharacter {
  size_t begin = 0, end = 0;
  int becomes = kSame;
};

// The next character at or after `from` that changes; begin is the size of the text when there is none.
FoldedCharacter NextChange(std::string_view text, size_t from) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (size_t i = SkipAscii(text, from); i < text.size(); i = SkipAscii(text, i)) {
    if (NeverChanges(bytes[i])) {
      i = std::min(i + 2, text.size());
      continue;
    }
    const size_t begin = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, text.size(), c);
    const int becomes = FoldCodePoint(c);
    if (becomes != kSame) return {begin, i, becomes};
  }
  return {text.size(), text.size(), kSame};
}

}  // namespace

FoldedText::FoldedText(std::string_view source) : source_(source) {
  const size_t first = NextChange(source, 0).begin;
  if (first < source.size()) Fold(first);
}

void FoldedText::Fold(size_t first) {
  copied_ = true;
  folded_.reserve(source_.size());
  folded_.append(source_.substr(0, first));
  for (FoldedCharacter next = NextChange(source_, first); next.begin < source_.size();) {
    const size_t begin = folded_.size();
    if (next.becomes != kDropped) folded_.push_back(static_cast<char>(next.becomes));
    changes_.push_back({begin, folded_.size(), next.begin, next.end});
    const size_t kept = next.end;
    next = NextChange(source_, kept);
    folded_.append(source_.substr(kept, next.begin - kept));
  }
}

Span FoldedText::Source(Span folded) const {
  const auto after_begin = std::partition_point(changes_.begin(), changes_.end(),
                                                [&](const Change& c) { return c.folded_end <= folded.begin; });
  const auto after_end = std::partition_point(changes_.begin(), changes_.end(),
                                              [&](const Change& c) { return c.folded_begin < folded.end; });
  const auto translate = [this](auto after, size_t offset) {
    if (after == changes_.begin()) return offset;
    const Change& change = *(after - 1);
    return change.source_end + (offset - change.folded_end);
  };
  return {translate(after_begin, folded.begin), translate(after_end, folded.end)};
}

}  // namespace usher::sanitize::personal
