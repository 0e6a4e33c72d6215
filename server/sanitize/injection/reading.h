// A folded text cut into sentences and words, each word with the concepts it carries.
//
// Guarantees: linear in the text; sentences do not overlap, are in order, and none is longer than kLongestSentence by
// more than a word.
// Thread-safety: pure functions over values.
#ifndef USHER_SERVER_SANITIZE_INJECTION_READING_H_
#define USHER_SERVER_SANITIZE_INJECTION_READING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/injection/concepts.h"
#include "server/sanitize/offset_map.h"

namespace usher::sanitize::injection {

inline constexpr size_t kLongestSentence = 600;  // bytes

struct Token {
  uint32_t begin = 0;  // bytes of the folded text
  uint32_t end = 0;
  Concepts concepts = 0;
  uint32_t hash = 0;    // of the word
  bool quoted = false;  // between quotation marks that open and close within the sentence
};

struct Sentence {
  Span bytes;  // of the folded text, without blanks at the ends
  size_t first_token = 0;
  size_t last_token = 0;  // one behind
  Concepts concepts = 0;  // of all its tokens

  size_t tokens() const { return last_token - first_token; }
};

struct Reading {
  std::vector<Token> tokens;
  std::vector<Sentence> sentences;  // those with at least one token
};

// `text` is folded (fold.h). Without `whole_words`, lexicon entries are found anywhere, for text whose blanks are gone.
Reading Read(std::string_view text, bool whole_words = true);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_READING_H_
