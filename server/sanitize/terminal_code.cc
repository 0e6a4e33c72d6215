#include "server/sanitize/terminal_code.h"

#include <algorithm>
#include <array>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr size_t kLongestParameters = 32;
constexpr size_t kLongestString = 1024;

// Codes of "ESC [ ... m" that leave letters readable: not black or concealed ones, no backgrounds.
bool IsReadable(std::string_view parameters) {
  static constexpr std::array<std::string_view, 24> kCodes = {"",   "0",  "00", "1",  "01", "2",  "3",  "4",
                                                              "7",  "22", "23", "24", "27", "31", "32", "33",
                                                              "34", "35", "36", "37", "39", "90", "91", "49"};
  for (size_t at = 0; at <= parameters.size();) {
    const size_t end = std::min(parameters.find(';', at), parameters.size());
    const std::string_view code = parameters.substr(at, end - at);
    const bool bright = code.size() == 2 && code[0] == '9' && code[1] >= '1' && code[1] <= '6';
    if (!bright && std::find(kCodes.begin(), kCodes.end(), code) == kCodes.end()) return false;
    at = end + 1;
  }
  return true;
}

// "ESC ] ..." and its like end at BEL or ESC \\.
size_t StringEnd(std::string_view text, size_t at) {
  const size_t limit = std::min(text.size(), at + kLongestString);
  const size_t end = text.substr(0, limit).find_first_of("\x07\x1B\n", at);
  if (end == std::string_view::npos || text[end] == '\n') return at;
  return text[end] == '\x07' ? end + 1 : std::min(end + 2, text.size());
}

}  // namespace

TerminalCode ReadTerminalCode(std::string_view text, size_t escape) {
  size_t at = escape;
  const bool c1 = chunking::NextCodePoint(text, at) == 0x9B;
  if (at >= text.size()) return {at, false};
  if (!c1) {
    const char kind = text[at];
    if (kind == ']' || kind == 'P' || kind == '_' || kind == '^' || kind == 'X') {
      return {chunking::FloorToCodePoint(text, StringEnd(text, at + 1)), false};
    }
    if (kind != '[') return {at, false};
    ++at;
  }
  const size_t limit = std::min(text.size(), at + kLongestParameters);
  size_t end = at;
  while (end < limit && text[end] >= 0x20 && text[end] <= 0x3F) ++end;
  if (end >= limit || text[end] < 0x40 || text[end] > 0x7E) return {at, false};
  return {end + 1, !c1 && text[end] == 'm' && IsReadable(text.substr(at, end - at))};
}

}  // namespace usher::sanitize
