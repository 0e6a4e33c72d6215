#include "server/pipeline/text_sketch.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "index/chunking/utf8.h"
#include "server/sanitize/word_starts.h"

namespace usher::pipeline {
namespace {

constexpr size_t kWordsInARow = 3;
constexpr uint64_t kEmptyWord = 0xCBF29CE484222325u;  // FNV-1a

char32_t Fold(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
}

bool IsPartOfWord(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  return u_isalnum(static_cast<UChar32>(c)) != 0;
}

// kEmptyWord: it is punctuation alone.
uint64_t HashOfWord(std::string_view word) {
  uint64_t hash = kEmptyWord;
  for (size_t at = 0; at < word.size();) {
    const char32_t c = Fold(chunking::NextCodePoint(word, at));
    if (IsPartOfWord(c)) hash = (hash ^ c) * 0x100000001B3u;
  }
  return hash;
}

// The finaliser of SplitMix64: every bit of the result depends on every bit of `x`.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Hands over the hash of every three words in a row; of all words where there are fewer.
template <typename Visit>
void ForEachRow(std::string_view text, const Visit& visit) {
  std::array<uint64_t, kWordsInARow> row{};
  size_t words = 0;
  const auto hash_of_row = [&] {
    uint64_t hash = 0;
    for (size_t i = 0; i < kWordsInARow; ++i) hash = Mix(hash ^ row[i]);
    return hash;
  };
  const auto take = [&](std::string_view word) {
    const uint64_t hash = HashOfWord(word);
    if (hash == kEmptyWord) return;
    std::rotate(row.begin(), row.begin() + 1, row.end());
    row.back() = hash;
    if (++words >= kWordsInARow) visit(hash_of_row());
  };
  size_t begin = text.size();
  sanitize::ForEachWordStart(text, [&](size_t start) {
    if (begin < start) take(text.substr(begin, start - begin));
    begin = start;
  });
  if (begin < text.size()) take(text.substr(begin));
  if (words > 0 && words < kWordsInARow) visit(hash_of_row());
}

}  // namespace

TextSketch::TextSketch(std::string_view text) {
  ForEachRow(text, [this](uint64_t hash) {
    uint16_t& least = least_[hash % kBins];
    const auto value = static_cast<uint16_t>(std::max<uint64_t>(hash >> 48, 1));
    if (least == 0 || value < least) least = value;
  });
}

double TextSketch::Resemblance(const TextSketch& other) const {
  int both_empty = 0;
  int equal = 0;
  for (size_t i = 0; i < kBins; ++i) {
    both_empty += static_cast<int>((least_[i] | other.least_[i]) == 0);
    equal += static_cast<int>(least_[i] == other.least_[i]);
  }
  const int filled = static_cast<int>(kBins) - both_empty;
  return filled == 0 ? 0 : static_cast<double>(equal - both_empty) / filled;
}

}  // namespace usher::pipeline
