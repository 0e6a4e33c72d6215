// Code point properties that the Unicode rules share.
#ifndef USHER_SERVER_SANITIZE_CODE_POINTS_H_
#define USHER_SERVER_SANITIZE_CODE_POINTS_H_

#include <cstddef>
#include <string_view>

namespace usher::sanitize {

inline constexpr char32_t kZeroWidthJoiner = 0x200D;
inline constexpr char32_t kZeroWidthNonJoiner = 0x200C;
inline constexpr char32_t kEmojiPresentation = 0xFE0F;

// Code points of the variation selector blocks, the Mongolian ones included.
bool IsVariationSelector(char32_t c);

// Embeddings, overrides, isolates and marks that steer the direction of text.
bool IsBidiControl(char32_t c);

// The block U+E0000 to U+E007F, which mirrors ASCII invisibly.
bool IsTag(char32_t c);

// Code points that are drawn as nothing and are no white space, other than the three kinds above and the soft hyphen.
bool IsZeroWidth(char32_t c);

// The code point before `offset`, or 0 at the start; and the one at `offset`, or 0 at the end.
char32_t Before(std::string_view text, size_t offset);
char32_t At(std::string_view text, size_t offset);

// Offset of the first byte above 0x7F at or after `from`, or the size.
size_t NextNonAscii(std::string_view text, size_t from);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_CODE_POINTS_H_
