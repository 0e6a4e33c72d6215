// Where words start, in scripts that write spaces between them and in those that do not.
//
// Guarantees: white space is never inside a word; the first character that is no white space starts one; where a script
// writes no spaces (Chinese, Japanese, Thai and so on) a word has at most two characters that stand by themselves; a
// character and what combines with it stay together. Non-guarantee: no dictionary is asked, so such words are only
// pieces of about their length. Time is linear in the text. Thread-safety: free functions.
#ifndef USHER_SERVER_SANITIZE_WORD_STARTS_H_
#define USHER_SERVER_SANITIZE_WORD_STARTS_H_

#include <cstddef>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace usher::sanitize {

// Calls `visit` with the offset of each word of well-formed UTF-8, ascending.
void ForEachWordStart(std::string_view text, absl::FunctionRef<void(size_t)> visit);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_WORD_STARTS_H_
