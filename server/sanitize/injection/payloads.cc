#include "server/sanitize/injection/payloads.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

constexpr size_t kShortestBase64 = 20;  // characters, about two words
constexpr size_t kShortestHex = 24;
constexpr size_t kFewestEscapes = 6;
constexpr size_t kShortestText = 10;  // decoded bytes

constexpr std::array<int8_t, 256> kBase64 = [] {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  table['-'] = 62;
  table['_'] = 63;
  return table;
}();

int Base64Value(char c) { return kBase64[static_cast<unsigned char>(c)]; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = chunking::ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsReadable(std::string_view text) {
  if (text.size() < kShortestText || !chunking::CheckUtf8(text).ok()) return false;
  size_t letters = 0;
  size_t points = 0;
  for (size_t at = 0; at < text.size(); ++points) {
    const char32_t c = chunking::NextCodePoint(text, at);
    if (c < 0x20 && c != '\n' && c != '\t' && c != '\r') return false;
    letters += LetterClass(c) != Letter::kNone || c == ' ';
  }
  return letters * 10 >= points * 7;
}

std::string DecodeBase64(std::string_view run) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : run) {
    if (Base64Value(c) < 0) continue;  // line breaks
    bits = (bits << 6) | static_cast<uint32_t>(Base64Value(c));
    count += 6;
    if (count >= 8) out += static_cast<char>((bits >> (count -= 8)) & 0xFFu);
  }
  return out;
}

std::string DecodeHex(std::string_view run) {
  std::string out;
  int high = -1;
  for (const char c : run) {
    const int value = HexValue(c);
    if (value < 0) continue;  // blanks and \x or 0x between the pairs
    if (high < 0) {
      high = value;
    } else {
      out += static_cast<char>(high * 16 + value);
      high = -1;
    }
  }
  return out;
}

void AddReadable(std::string_view name, Span span, std::string decoded, std::vector<Payload>& out) {
  if (IsReadable(decoded)) out.push_back({name, span, std::move(decoded)});
}

// The line at `at` looks like more of the same: hexadecimal digits, or the alphabet of base64.
bool GoesOn(std::string_view text, size_t at, bool hex) {
  const std::string_view next = text.substr(at, 8);
  return !next.empty() && std::all_of(next.begin(), next.end(), [hex](char c) {
    return c == '=' || c == '\n' || (hex ? HexValue(c) : Base64Value(c)) >= 0;
  });
}

// Runs of the alphabet of base64; a line break inside a run belongs to it when the line before was long.
void FindRuns(std::string_view text, std::vector<Payload>& out) {
  for (size_t at = 0; at < text.size();) {
    if (Base64Value(text[at]) < 0) {
      ++at;
      continue;
    }
    const size_t begin = at;
    size_t line = at;
    bool hex = true;
    for (; at < text.size(); ++at) {
      const bool wrapped = text[at] == '\n' && at - line >= 60 && GoesOn(text, at + 1, hex);
      if (wrapped) line = at + 1;
      if (!wrapped && Base64Value(text[at]) < 0) break;
      hex = hex && (wrapped || HexValue(text[at]) >= 0);
    }
    const std::string_view run = text.substr(begin, at - begin);
    if (hex && run.size() >= kShortestHex) AddReadable("encoded.hex", {begin, at}, DecodeHex(run), out);
    if (!hex && run.size() >= kShortestBase64) AddReadable("encoded.base64", {begin, at}, DecodeBase64(run), out);
  }
}

// Pairs of hexadecimal digits between which stands one blank, comma, colon, "\x" or "0x".
void FindSpacedHex(std::string_view text, std::vector<Payload>& out) {
  const auto pair_at = [&](size_t at) {
    return at + 1 < text.size() && HexValue(text[at]) >= 0 && HexValue(text[at + 1]) >= 0;
  };
  for (size_t at = 0; at < text.size();) {
    std::string decoded;
    size_t end = at;
    size_t next = at;
    while (pair_at(next)) {
      decoded += static_cast<char>(HexValue(text[next]) * 16 + HexValue(text[next + 1]));
      end = next + 2;
      next = end;
      while (next < end + 2 && next < text.size() && std::string_view(" ,:\\").find(text[next]) != text.npos) ++next;
      if (next == end) break;
      if (next + 1 < text.size() && (text[next] == 'x' || (text[next] == '0' && text[next + 1] == 'x'))) {
        next += text[next] == 'x' ? 1 : 2;
      }
    }
    if (decoded.size() >= kShortestHex / 2) AddReadable("encoded.hex", {at, end}, std::move(decoded), out);
    at = std::max(end, at + 1);
  }
}

// Length of the escape at `at`, its code point or byte in `value`; 0 when there is none.
size_t EscapeAt(std::string_view text, size_t at, uint32_t& value, bool& is_byte) {
  const auto hex = [&](size_t from, size_t digits) {
    if (from + digits > text.size()) return false;
    value = 0;
    for (size_t i = from; i < from + digits; ++i) {
      if (HexValue(text[i]) < 0) return false;
      value = value * 16 + static_cast<uint32_t>(HexValue(text[i]));
    }
    return true;
  };
  is_byte = false;
  if (text[at] == '%') return (is_byte = hex(at + 1, 2)) ? 3 : 0;
  if (text[at] == '\\' && at + 1 < text.size()) {
    if (text[at + 1] == 'u') return hex(at + 2, 4) ? 6 : 0;
    if (text[at + 1] == 'x') return (is_byte = hex(at + 2, 2)) ? 4 : 0;
  }
  if (text[at] != '&' || at + 2 >= text.size() || text[at + 1] != '#') return 0;
  const bool base16 = text[at + 2] == 'x' || text[at + 2] == 'X';
  size_t end = at + (base16 ? 3 : 2);
  value = 0;
  for (size_t n = 0; n < 7 && end < text.size() && HexValue(text[end]) >= 0 && (base16 || HexValue(text[end]) < 10);
       ++n) {
    value = value * (base16 ? 16 : 10) + static_cast<uint32_t>(HexValue(text[end++]));
  }
  return end < text.size() && text[end] == ';' ? end + 1 - at : 0;
}

// All escapes decoded where they stand, with the lines from that of the first to that of the last.
void FindEscapes(std::string_view text, std::vector<Payload>& out) {
  if (text.find_first_of("%\\&") == std::string_view::npos) return;
  std::string decoded;
  size_t count = 0;
  Span span;
  size_t kept = 0;  // decoded bytes up to the end of the last line with an escape
  bool open = false;
  for (size_t at = 0; at < text.size();) {
    uint32_t value = 0;
    bool is_byte = false;
    const size_t length = EscapeAt(text, at, value, is_byte);
    if (length > 0 && is_byte) {
      decoded += static_cast<char>(value);
    } else if (length > 0) {
      chunking::AppendUtf8(value, decoded);
    } else {
      decoded += text[at];
    }
    count += length > 0;
    open = open || length > 0;
    at += std::max<size_t>(length, 1);
    if (count == 0 && text[at - 1] == '\n') {
      decoded.clear();
      span.begin = at;
    } else if (open && (at == text.size() || text[at] == '\n')) {
      kept = decoded.size();
      span.end = at;
      open = false;
    }
  }
  if (count < kFewestEscapes) return;
  decoded.resize(kept);
  AddReadable("encoded.escapes", span, std::move(decoded), out);
}

}  // namespace

std::vector<Payload> FindPayloads(std::string_view text) {
  std::vector<Payload> out;
  FindRuns(text, out);
  FindSpacedHex(text, out);
  FindEscapes(text, out);
  return out;
}

}  // namespace usher::sanitize::injection
