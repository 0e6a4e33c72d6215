// Classes of single bytes, for the loops that look at every byte of a text.
//
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_BYTE_SET_H_
#define USHER_SERVER_SANITIZE_BYTE_SET_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace usher::sanitize {

constexpr bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Tells in one load whether a byte is among `members`.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view members) {
    for (const char c : members) in_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool Has(char c) const { return in_[static_cast<unsigned char>(c)]; }

  // Offset of the first member at or after `at`, or the size.
  constexpr size_t FindIn(std::string_view text, size_t at) const {
    while (at < text.size() && !Has(text[at])) ++at;
    return at;
  }

 private:
  std::array<bool, 256> in_{};
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_BYTE_SET_H_
