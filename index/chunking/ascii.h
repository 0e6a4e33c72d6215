// ASCII helpers over std::string_view; the installed Abseil's own take its separate string_view type.
#ifndef USHER_INDEX_CHUNKING_ASCII_H_
#define USHER_INDEX_CHUNKING_ASCII_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace usher::chunking {

inline constexpr std::string_view kAsciiSpaces = " \t\n\v\f\r";

constexpr char ToLowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr bool IsSpaceAscii(char c) { return kAsciiSpaces.find(c) != std::string_view::npos; }

constexpr bool IsDigitAscii(char c) { return c >= '0' && c <= '9'; }

constexpr bool IsLetterAscii(char c) { return ToLowerAscii(c) >= 'a' && ToLowerAscii(c) <= 'z'; }

// `text` without white space at both ends.
constexpr std::string_view TrimAscii(std::string_view text) {
  const size_t first = text.find_first_not_of(kAsciiSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAsciiSpaces) - first + 1);
}

inline std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLowerAscii(c);
  return lower;
}

constexpr bool EqualsIgnoreCaseAscii(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (ToLowerAscii(a[i]) != ToLowerAscii(b[i])) return false;
  }
  return true;
}

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_ASCII_H_
