// Code points as a detector reads them: compatibility forms, case, accents and look-alikes folded away.
//
// Guarantees: the same code point always folds to the same bytes; folding is built from ICU's data once.
// Non-guarantees: folded text is for matching only, never to be shown; composition across code points is not looked at.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_FOLD_H_
#define USHER_SERVER_SANITIZE_INJECTION_FOLD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index/chunking/utf8.h"

namespace usher::sanitize::injection {

enum class Letter : uint8_t {
  kNone,     // punctuation, symbols
  kWord,     // belongs to a word that blanks delimit
  kUnspaced  // Han, Hiragana, Katakana: words follow each other without blanks
};

Letter LetterClassBeyondAscii(char32_t c);

inline Letter LetterClass(char32_t c) {
  if (c >= 0x80) return LetterClassBeyondAscii(c);
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Letter::kWord : Letter::kNone;
}

// As chunking::NextCodePoint, without a call for ASCII.
inline char32_t NextLetter(std::string_view text, size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte >= 0x80) return chunking::NextCodePoint(text, at);
  ++at;
  return byte;
}

class Folding {
 public:
  static const Folding& Get();

  // Appends the folded form of `c`; nothing for code points that are drawn as nothing.
  void Append(char32_t c, std::string& out) const;

  // The lower-case ASCII letter that a letter of another script looks like, or 0.
  char LatinLookAlike(char32_t c) const;

  std::string Fold(std::string_view text) const;

 private:
  Folding();

  std::vector<std::string> low_;  // folded forms of U+0000 to U+33FF
  std::vector<char> look_alike_;  // of the same range
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_FOLD_H_
