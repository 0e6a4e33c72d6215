// Marks retrieved text so that a model can tell it from its orders.
//
// Guarantees: the boundary is 128 random bits drawn for one answer and does not occur in the text; no text can contain
// or imitate the closing line; the marker lines hold nothing that a document's author chose, not even its name.
// Non-guarantees: a model may still obey what it reads; the marks only let it know better.
// Thread-safety: pure functions, as far as the given random source is.
#ifndef USHER_SERVER_SANITIZE_SPOTLIGHT_H_
#define USHER_SERVER_SANITIZE_SPOTLIGHT_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace usher::sanitize {

// Fills the span with bytes nobody can guess; false when it cannot. The caller supplies cryptographic randomness.
using RandomBytes = std::function<bool(absl::Span<unsigned char>)>;

// A boundary of 32 hexadecimal digits. UNAVAILABLE when there is no randomness.
absl::StatusOr<std::string> DrawBoundary(const RandomBytes& random);

// <<<CONTEXT boundary ordinal>>>
// text
// <<<END boundary>>>
// `ordinal` tells the texts of one answer apart. Whatever in `text` imitates a mark is broken by a backslash before
// "<<<". INVALID_ARGUMENT when `boundary` was not drawn by DrawBoundary or occurs in the text (draw another one), or
// when the text is not UTF-8.
absl::StatusOr<std::string> Delimit(std::string_view text, size_t ordinal, std::string_view boundary);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SPOTLIGHT_H_
