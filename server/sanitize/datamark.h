// Marks every word of a retrieved text, so that a model sees of each where it comes from, not only where a text ends.
//
// The method is datamarking of Hines et al., "Defending Against Indirect Prompt Injection Attacks With Spotlighting"
// (2024), with two changes: the marker stands before the words instead of in place of the white space between them, so
// that nothing is lost; and it is drawn for each answer, so that no author knows it.
//
// Guarantees: Unmark(Datamark(text, marker), marker) is the text, byte for byte. A marker is two different characters
// of U+E000 to U+F8FF, which Unicode has given no meaning: 40,953,600 of them, more than any answer has room to hold;
// a text that holds the answer's marker is refused, for another to be drawn. Because the two characters differ, no
// occurrence can straddle the border between a marker and the text around it. Non-guarantee: as in spotlight.h.
// Thread-safety: pure functions, as far as the given random source is.
#ifndef USHER_SERVER_SANITIZE_DATAMARK_H_
#define USHER_SERVER_SANITIZE_DATAMARK_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/sanitize/spotlight.h"

namespace usher::sanitize {

// Six bytes of UTF-8. UNAVAILABLE when there is no randomness.
absl::StatusOr<std::string> DrawMarker(const RandomBytes& random);

// The text with the marker before every word (word_starts.h). INVALID_ARGUMENT when `marker` was not drawn by
// DrawMarker or occurs in the text (draw another one), or when the text is not UTF-8.
absl::StatusOr<std::string> Datamark(std::string_view text, std::string_view marker);

// The text with every occurrence of the marker deleted, from left to right.
std::string Unmark(std::string_view marked, std::string_view marker);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_DATAMARK_H_
