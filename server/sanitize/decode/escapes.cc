#include <algorithm>
#include <cstdint>
#include <string>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kFewestLetters = 6;  // escaped letters and digits, which no format asks to escape
constexpr size_t kFewestEscapes = 6;  // of anything, for a payload worth a look
constexpr size_t kWidestGap = 32;     // bytes of plain text between two escapes of one payload
constexpr size_t kNarrowGap = 6;      // between code points that text talks about: U+0041
constexpr size_t kMostAround = 200;   // bytes of the line on each side
constexpr ByteSet kStarts("\\%=&U");

struct Escape {
  size_t length = 0;  // 0: there is none
  uint32_t code = 0;
  bool is_byte = false;
};

// Reads digits of `base` at `at`, at least `fewest` and at most `most`.
size_t ReadDigits(std::string_view text, size_t at, uint32_t base, size_t fewest, size_t most, uint32_t& code) {
  size_t count = 0;
  for (code = 0; count < most && at + count < text.size(); ++count) {
    const char lower = chunking::ToLowerAscii(text[at + count]);
    const uint32_t digit = chunking::IsDigitAscii(lower)  ? static_cast<uint32_t>(lower - '0')
                           : lower >= 'a' && lower <= 'f' ? static_cast<uint32_t>(lower - 'a' + 10)
                                                          : 99;
    if (digit >= base) break;
    code = code * base + digit;
  }
  return count < fewest ? 0 : count;
}

// `prefix`, digits, and `suffix` where it is there; a suffix of '}' must be there.
Escape Read(std::string_view text, size_t at, std::string_view prefix, uint32_t base, size_t fewest, size_t most,
            char suffix) {
  if (text.compare(at, prefix.size(), prefix) != 0) return {};
  Escape escape;
  const size_t digits = ReadDigits(text, at + prefix.size(), base, fewest, most, escape.code);
  if (digits == 0) return {};
  const size_t end = at + prefix.size() + digits;
  const bool ends = suffix != '\0' && end < text.size() && text[end] == suffix;
  if (suffix == '}' && !ends) return {};
  escape.length = end - at + (ends ? 1 : 0);
  escape.is_byte = most <= 3;
  return escape;
}

Escape ReadBackslash(std::string_view text, size_t at) {
  for (const Escape& escape : {Read(text, at, "\\u{", 16, 1, 6, '}'), Read(text, at, "\\x{", 16, 1, 6, '}'),
                               Read(text, at, "\\u", 16, 4, 4, 0), Read(text, at, "\\U", 16, 8, 8, 0),
                               Read(text, at, "\\x", 16, 2, 2, 0), Read(text, at, "\\", 8, 3, 3, 0)}) {
    if (escape.length > 0) return escape;
  }
  return {};
}

Escape ReadEscape(std::string_view text, size_t at) {
  switch (text[at]) {
    case '\\':
      return ReadBackslash(text, at);
    case '%': {
      const Escape wide = Read(text, at, "%u", 16, 4, 4, 0);
      return wide.length > 0 ? wide : Read(text, at, "%", 16, 2, 2, 0);
    }
    case '=':
      return Read(text, at, "=", 16, 2, 2, 0);
    case 'U':
      return Read(text, at, "U+", 16, 4, 6, 0);
    case '&': {
      const Escape hex = Read(text, at, "&#x", 16, 1, 6, ';');
      if (hex.length > 0) return hex;
      Escape decimal = Read(text, at, "&#", 10, 1, 7, ';');
      return decimal;
    }
    default:
      return {};
  }
}

bool IsAsciiAlnum(uint32_t code) {
  return code < 0x80 &&
         (chunking::IsLetterAscii(static_cast<char>(code)) || chunking::IsDigitAscii(static_cast<char>(code)));
}

// One payload as it grows from escape to escape.
class Stretch {
 public:
  Stretch(std::string_view text, size_t begin) : text_(text), span_{begin, begin} {}

  size_t end() const { return span_.end; }

  void Add(size_t at, const Escape& escape) {
    const std::string_view gap = text_.substr(span_.end, at - span_.end);
    const bool separator = gap.find_first_not_of(" ,;\"'+") == std::string_view::npos;
    std::string letter;
    if (escape.is_byte) {
      letter.push_back(static_cast<char>(escape.code & 0xFFu));
    } else {
      chunking::AppendUtf8(escape.code, letter);
    }
    if (!separator) decoded_.append(gap);
    decoded_ += letter;
    spaced_.append(gap).append(letter);
    letters_ += IsAsciiAlnum(escape.code) ? 1 : 0;
    ++escapes_;
    span_.end = at + escape.length;
  }

  void Finish(Payloads& payloads) {
    if (escapes_ < kFewestEscapes) return;
    const Span line = LineAround();
    for (std::string* text : {&spaced_, &decoded_}) {
      if (!ReadsAsText(*text)) continue;
      return payloads.Add({span_, std::move(*text), "escapes", letters_ >= kFewestLetters, line});
    }
    // A word or two may be all that is escaped of a sentence.
    std::string whole(text_.substr(line.begin, span_.begin - line.begin));
    whole.append(decoded_).append(text_.substr(span_.end, line.end - span_.end));
    if (ReadsAsText(whole)) payloads.Add({span_, std::move(decoded_), "escapes", false, line});
  }

 private:
  Span LineAround() const {
    const size_t low = span_.begin - std::min(span_.begin, kMostAround);
    const std::string_view before = text_.substr(low, span_.begin - low);
    const size_t line = before.rfind('\n');
    const size_t begin = low + (line == std::string_view::npos ? 0 : line + 1);
    const std::string_view behind = text_.substr(span_.end, kMostAround);
    const size_t end = span_.end + std::min(behind.find('\n'), behind.size());
    return {std::min(chunking::FloorToCodePoint(text_, begin), span_.begin), chunking::FloorToCodePoint(text_, end)};
  }

  const std::string_view text_;
  Span span_;
  std::string decoded_;  // without separators between escapes
  std::string spaced_;   // with them
  size_t letters_ = 0;
  size_t escapes_ = 0;
};

// The next escape at or behind `at` that belongs to the same payload; its place is left in `at`.
Escape NextOfPayload(std::string_view text, size_t& at, size_t limit, size_t gap) {
  const std::string_view window = text.substr(0, std::min({limit, text.size(), at + gap + 1}));
  for (size_t next = kStarts.FindIn(window, at); next < window.size(); next = kStarts.FindIn(window, next + 1)) {
    const Escape escape = ReadEscape(text, next);
    if (escape.length == 0) continue;
    at = next;
    return escape;
  }
  return {};
}

}  // namespace

void FindEscapes(std::string_view text, Payloads& payloads) {
  for (size_t at = kStarts.FindIn(text, 0); at < text.size() && !payloads.full(); at = kStarts.FindIn(text, at)) {
    Escape escape = ReadEscape(text, at);
    if (escape.length == 0) {
      ++at;
      continue;
    }
    Stretch stretch(text, at);
    const size_t limit = std::min(text.size(), at + payloads.max_payload_bytes());
    while (escape.length > 0) {
      const bool narrow = text[at] == 'U' || text[at] == '=';
      stretch.Add(at, escape);
      at = stretch.end();
      escape = NextOfPayload(text, at, limit, narrow ? kNarrowGap : kWidestGap);
    }
    stretch.Finish(payloads);
    at = std::max(at, stretch.end());
  }
}

}  // namespace usher::sanitize::decode
