#include "index/chunking/utf8.h"

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace usher::chunking {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

unsigned Byte(std::string_view text, size_t i) { return static_cast<unsigned char>(text[i]); }

bool IsContinuation(std::string_view text, size_t i) { return i < text.size() && (Byte(text, i) & 0xC0u) == 0x80u; }

// Length of the well-formed sequence at `i`, or 0. The second byte's range excludes overlong forms, surrogates and
// values above U+10FFFF (Unicode, table 3-7).
size_t SequenceLength(std::string_view text, size_t i) {
  const unsigned lead = Byte(text, i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !IsContinuation(text, i + 1)) return 0;
  const unsigned second = Byte(text, i + 1);
  if (lead < 0xE0) return 2;
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  if (!IsContinuation(text, i + 2)) return 0;
  if (lead < 0xF0) return 3;
  return IsContinuation(text, i + 3) ? 4 : 0;
}

size_t SkipAscii(std::string_view text, size_t i) {
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (i < text.size() && Byte(text, i) < 0x80) ++i;
  return i;
}

}  // namespace

bool IsAscii(std::string_view text) { return SkipAscii(text, 0) == text.size(); }

size_t FirstInvalidUtf8(std::string_view text) {
  for (size_t i = SkipAscii(text, 0); i < text.size();) {
    const size_t length = SequenceLength(text, i);
    if (length == 0) return i;
    i += length;
    if (i < text.size() && Byte(text, i) < 0x80) i = SkipAscii(text, i);
  }
  return std::string_view::npos;
}

absl::Status CheckUtf8(std::string_view text) {
  const size_t bad = FirstInvalidUtf8(text);
  if (bad == std::string_view::npos) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("text is not UTF-8 at byte ", bad, ": convert the document to UTF-8 before sending it"));
}

char32_t NextCodePoint(std::string_view text, size_t& offset) {
  const unsigned lead = Byte(text, offset++);
  if (lead < 0xC0) return lead;
  const int continuations = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  unsigned value = lead & (0x3Fu >> continuations);
  for (int i = 0; i < continuations && IsContinuation(text, offset); ++i) {
    value = (value << 6) | (Byte(text, offset++) & 0x3Fu);
  }
  return value;
}

char32_t PreviousCodePoint(std::string_view text, size_t& offset) {
  offset = FloorToCodePoint(text, offset - 1);
  size_t end = offset;
  return NextCodePoint(text, end);
}

void AppendUtf8(char32_t code_point, std::string& out) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = 0xFFFD;
  const auto append = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (code_point < 0x80) return append(code_point);
  if (code_point < 0x800) {
    append(0xC0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      append(0xE0 | (code_point >> 12));
    } else {
      append(0xF0 | (code_point >> 18));
      append(0x80 | ((code_point >> 12) & 0x3F));
    }
    append(0x80 | ((code_point >> 6) & 0x3F));
  }
  append(0x80 | (code_point & 0x3F));
}

size_t FloorToCodePoint(std::string_view text, size_t offset) {
  if (offset >= text.size()) return text.size();
  size_t steps = 0;
  while (offset > 0 && steps++ < 3 && (Byte(text, offset) & 0xC0u) == 0x80u) --offset;
  return offset;
}

}  // namespace usher::chunking
