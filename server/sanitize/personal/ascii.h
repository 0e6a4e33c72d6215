// Character classes of ASCII, free of locales, for bytes of UTF-8.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_ASCII_H_
#define USHER_SERVER_SANITIZE_PERSONAL_ASCII_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"

namespace usher::sanitize::personal {

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsAlnum(char c) { return IsDigit(c) || IsLetter(c); }
inline bool IsHex(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }
inline bool IsNonAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
inline int DigitValue(char c) { return c - '0'; }

// The character at `at`, or NUL outside the text.
inline char CharAt(std::string_view text, size_t at) { return at < text.size() ? text[at] : '\0'; }

inline char Upper(char c) { return absl::ascii_toupper(static_cast<unsigned char>(c)); }
inline char Lower(char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); }

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  absl::AsciiStrToLower(&lower);
  return lower;
}

inline bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// `prefix` is lower case; the case of `text` does not matter.
inline bool StartsWithNoCase(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    if (Lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

// Offset behind the run of digits that starts at `from`.
inline size_t DigitsEnd(std::string_view text, size_t from) {
  while (from < text.size() && IsDigit(text[from])) ++from;
  return from;
}

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_ASCII_H_
