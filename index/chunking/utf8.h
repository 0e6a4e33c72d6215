// Walking over UTF-8 that has been validated once.
//
// Guarantees: FirstInvalidUtf8 accepts exactly the well-formed sequences of Unicode (no surrogates, no overlong forms).
// Non-guarantees: the other functions assume well-formed input; on other bytes they stay in bounds but mean nothing.
// Thread-safety: pure functions.
#ifndef USHER_INDEX_CHUNKING_UTF8_H_
#define USHER_INDEX_CHUNKING_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace usher::chunking {

// True when every byte is below 0x80.
bool IsAscii(std::string_view text);

// Byte offset of the first ill-formed sequence, or npos.
size_t FirstInvalidUtf8(std::string_view text);

// INVALID_ARGUMENT naming the offset of the first ill-formed byte.
absl::Status CheckUtf8(std::string_view text);

// Code point that starts at `offset` (< text.size()); moves `offset` behind it.
char32_t NextCodePoint(std::string_view text, size_t& offset);

// Code point that ends before `offset` (> 0); moves `offset` to its first byte.
char32_t PreviousCodePoint(std::string_view text, size_t& offset);

// Appends the UTF-8 form; surrogates and values above U+10FFFF become U+FFFD.
void AppendUtf8(char32_t code_point, std::string& out);

// Largest code point boundary not above `offset`.
size_t FloorToCodePoint(std::string_view text, size_t offset);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_UTF8_H_
