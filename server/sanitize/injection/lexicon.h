// The words and phrases of many languages that carry a concept, looked up while walking over folded text.
//
// Guarantees: a lookup reads at most the longest entry's bytes plus blanks up to a fixed bound, so that scanning a text
// is linear.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_LEXICON_H_
#define USHER_SERVER_SANITIZE_INJECTION_LEXICON_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/injection/concepts.h"

namespace usher::sanitize::injection {

// Entries separated by ';'. '*' at the end matches any continuation of the word; a blank matches any white space.
struct LexiconLine {
  char concept_letter;
  const char* entries;
};

// Each group of languages is one table, in lexicon_*.cc.
std::vector<LexiconLine> EnglishLexicon();
std::vector<LexiconLine> WesternLexicon();   // German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish
std::vector<LexiconLine> EasternLexicon();   // Russian, Arabic, Hindi
std::vector<LexiconLine> UnspacedLexicon();  // Chinese, Japanese, Korean
std::vector<LexiconLine> FormatLexicon();    // tokens of chat formats, disguised words

class Lexicon {
 public:
  static const Lexicon& Get();

  struct Match {
    Concepts concepts = 0;
    size_t length = 0;  // bytes of the longest entry found, 0 when none was
  };

  // All entries that begin at `at` in the folded `text`. `whole_words`: entries without '*' must end where a word ends.
  Match At(std::string_view text, size_t at, bool whole_words) const;

 private:
  class Builder;
  explicit Lexicon(const Builder& builder);

  // A node of the tree of all entries. Small, so that what most words ask stays in the nearest cache.
  struct Node {
    uint32_t first_child = 0;  // children follow each other
    uint16_t children = 0;
    int16_t table = -1;  // index into tables_ of a node with many children
    uint32_t value = 0;  // index into values_; the first one is empty
  };
  struct Value {
    Concepts exact = 0;
    Concepts prefix = 0;
  };
  uint32_t Child(const Node& node, unsigned char byte) const;  // 0 when there is none

  std::vector<Node> nodes_;
  std::vector<unsigned char> labels_;  // of each node
  std::vector<Value> values_;
  std::vector<std::array<uint32_t, 256>> tables_;
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_LEXICON_H_
