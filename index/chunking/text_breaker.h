// Finds the best place to cut an over-long text: after a sentence, a line, a word, a grapheme, and at worst a code
// point.
//
// Guarantees: the answer is a UTF-8 boundary; the search looks at no more than the window.
// Thread-safety: pure functions.
#ifndef USHER_INDEX_CHUNKING_TEXT_BREAKER_H_
#define USHER_INDEX_CHUNKING_TEXT_BREAKER_H_

#include <cstddef>
#include <string_view>

namespace usher::chunking {

// Offset in (low, high] to cut `text` at, as late as possible at the best kind of boundary. Requires low + 4 <= high <=
// text.size().
size_t LastBreak(std::string_view text, size_t low, size_t high);

// Offset in [low, high] where a repeated tail may start, as early as possible; `high` when there is no boundary.
size_t FirstBreak(std::string_view text, size_t low, size_t high);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_TEXT_BREAKER_H_
