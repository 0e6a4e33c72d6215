// Tells language from digests, identifiers and noise.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_SANITIZE_DECODE_PROSE_H_
#define USHER_SERVER_SANITIZE_DECODE_PROSE_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace usher::sanitize::decode {

// Valid UTF-8 without controls that holds three words in a row, letters of other scripts, or a link.
bool ReadsAsText(std::string_view text);

// Whether an ASCII word of at most eight letters is, in any case, among the most frequent of English, German, French,
// Spanish, Italian or Portuguese, or of orders to a model.
bool IsCommonWord(std::string_view word);

// ASCII prose: of at least three words, one in `one_in` or more are common, two of these differ and have three or more
// letters.
bool ReadsAsProse(std::string_view text, size_t one_in = 3);

// All frequent words, for those who look for them in another shape; each is lower-case ASCII.
const std::vector<std::string_view>& CommonWordList();

// The same for letters without spaces: whole words cover at least half of them.
bool ReadsAsRunTogether(std::string_view letters);

}  // namespace usher::sanitize::decode

#endif  // USHER_SERVER_SANITIZE_DECODE_PROSE_H_
