// Walks over the words of ASCII letters in a text.
#ifndef USHER_SERVER_SANITIZE_DECODE_WORD_SCAN_H_
#define USHER_SERVER_SANITIZE_DECODE_WORD_SCAN_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "index/chunking/ascii.h"

namespace usher::sanitize::decode {

// Bytes [begin, end).
struct Word {
  size_t begin = 0;
  size_t end = 0;

  size_t size() const { return end - begin; }
};

class WordScan {
 public:
  explicit WordScan(std::string_view text) : text_(text) {}

  // False at the end.
  bool Next(Word& word) {
    while (at_ < text_.size() && !chunking::IsLetterAscii(text_[at_])) ++at_;
    word.begin = at_;
    while (at_ < text_.size() && chunking::IsLetterAscii(text_[at_])) ++at_;
    word.end = at_;
    return word.size() > 0;
  }

 private:
  const std::string_view text_;
  size_t at_ = 0;
};

inline std::vector<Word> WordsOf(std::string_view text) {
  std::vector<Word> words;
  WordScan scan(text);
  for (Word word; scan.Next(word);) words.push_back(word);
  return words;
}

}  // namespace usher::sanitize::decode

#endif  // USHER_SERVER_SANITIZE_DECODE_WORD_SCAN_H_
