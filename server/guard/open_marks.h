// Where a text has begun something that it has not ended yet: a link, a tag, a comment, a private key.
//
// Guarantees: linear in the text. Non-guarantees: only what decides over text far behind its beginning is looked for.
// Thread-safety: pure function.
#ifndef USHER_SERVER_GUARD_OPEN_MARKS_H_
#define USHER_SERVER_GUARD_OPEN_MARKS_H_

#include <cstddef>
#include <string_view>

namespace usher::guard {

// Offset, at or after `from`, of the first mark that is still open at the end of `text`; text.size() when none is.
// Brackets and tags that have not been closed for kLongestMark bytes are taken for ordinary characters.
size_t FirstOpenMark(std::string_view text, size_t from);

inline constexpr size_t kLongestMark = 2048;

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_OPEN_MARKS_H_
