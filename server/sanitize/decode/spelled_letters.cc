#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kFewestLeetWords = 3;
constexpr size_t kLongestLeetWord = 8;
constexpr size_t kFewestSpacedLetters = 12;
constexpr size_t kFewestForeignLetters = 8;
constexpr size_t kOneCommonIn = 5;  // of spaced words

char LeetLetter(char c, char one) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '|':
      return one;
    case '2':
      return 'z';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '6':
    case '9':
      return 'g';
    case '7':
    case '+':
      return 't';
    case '8':
      return 'b';
    default:
      return chunking::ToLowerAscii(c);
  }
}

std::string FromLeet(std::string_view word, char one) {
  std::string plain(word);
  for (char& c : plain) c = LeetLetter(c, one);
  return plain;
}

// What a word reads without its signs; a one may be either of two letters.
std::string WithoutSigns(std::string_view word) {
  std::string plain = FromLeet(word, 'i');
  if (word.size() > kLongestLeetWord || IsCommonWord(plain)) return plain;
  std::string other = FromLeet(word, 'l');
  return IsCommonWord(other) ? other : plain;
}

// The words of a line, in which letters and signs for letters are told apart by the byte.
class LeetLine {
 public:
  LeetLine(std::string_view text, Span line) : text_(text), line_(line) {}

  // Words that have both letters and signs for them and are frequent without the signs.
  size_t CountWords() const {
    size_t count = 0;
    EachWord([&](std::string_view word, bool mixed) {
      count += mixed && word.size() <= kLongestLeetWord && IsCommonWord(WithoutSigns(word)) ? 1 : 0;
    });
    return count;
  }

  std::string Plain() const {
    std::string plain(text_.substr(line_.begin, line_.size()));
    EachWord([&](std::string_view word, bool) {
      WithoutSigns(word).copy(plain.data() + (word.data() - text_.data()) - line_.begin, word.size());
    });
    return plain;
  }

 private:
  template <typename Visit>
  void EachWord(const Visit& visit) const {
    for (size_t at = line_.begin; at < line_.end;) {
      const size_t begin = at;
      unsigned seen = 0;
      for (; at < line_.end && kLeetClass[static_cast<unsigned char>(text_[at])] != 0; ++at) {
        seen |= kLeetClass[static_cast<unsigned char>(text_[at])];
      }
      if (at > begin) visit(text_.substr(begin, at - begin), seen == (kLetter | kSign));
      if (at == begin) ++at;
    }
  }

  static constexpr unsigned kLetter = 1;
  static constexpr unsigned kSign = 2;
  static constexpr std::array<uint8_t, 256> kLeetClass = [] {
    std::array<uint8_t, 256> classes{};
    for (const char c : std::string_view("0123456789@$|+")) classes[static_cast<unsigned char>(c)] = kSign;
    for (int c = 'a'; c <= 'z'; ++c) classes[static_cast<size_t>(c)] = classes[static_cast<size_t>(c - 32)] = kLetter;
    return classes;
  }();

  const std::string_view text_;
  const Span line_;
};

constexpr ByteSet kSeparators(" .-_*|/~,\t");
constexpr ByteSet kEnds(" .-_*|/~,\t\n\r\"");  // and what may stand before the first letter
bool Separates(char c) { return kSeparators.Has(c); }

bool IsOneLetter(std::string_view text) {
  size_t at = 0;
  return u_isalpha(static_cast<UChar32>(chunking::NextCodePoint(text, at))) != 0 && at == text.size();
}

// Letters that stand alone, one after another, each followed by the same separator; more of them part words.
class SpacedRun {
 public:
  SpacedRun(std::string_view text, size_t begin) : text_(text), begin_(begin), end_(begin) {}

  size_t Read(size_t limit) {
    for (size_t at = begin_; at < limit && Printable(at);) {
      const bool ascii = static_cast<unsigned char>(text_[at]) < 0x80;
      letters_ += !ascii || chunking::IsLetterAscii(text_[at]) ? 1 : 0;
      foreign_ += ascii ? 0 : 1;
      end_ = Behind(at);
      plain_.append(text_.substr(at, end_ - at));
      at = end_;
      if (at >= limit || !Separates(text_[at])) break;
      if (separator_ == '\0') separator_ = text_[at];
      if (text_[at] != separator_ && text_[at] != ' ') break;
      size_t next = at;
      while (next < limit && (text_[next] == separator_ || text_[next] == ' ')) ++next;
      if (next - at > 1 || text_[at] != separator_) {
        plain_.push_back(' ');
        ++gaps_;
      }
      at = next;
      // A letter that does not stand alone ends the run.
      if (at >= limit) break;
      const size_t behind = Behind(at);
      if (behind < limit && text_[behind] != separator_ && Printable(at) && Printable(behind)) break;
    }
    return std::max(end_, begin_ + 1);
  }

  void Finish(Payloads& payloads) {
    if (letters_ < (foreign_ > 0 ? kFewestForeignLetters : kFewestSpacedLetters)) return;
    const bool reads = gaps_ >= 2 && ReadsAsProse(plain_, kOneCommonIn);
    const bool certain = foreign_ == 0 && (reads || ReadsAsRunTogether(plain_));
    payloads.Add({{begin_, end_}, std::move(plain_), "spaced", certain, {begin_, end_}});
  }

 private:
  // Letters of other scripts count too.
  bool Printable(size_t at) const {
    if (static_cast<unsigned char>(text_[at]) < 0x80) return text_[at] > ' ' && text_[at] < 0x7F;
    return u_isalpha(static_cast<UChar32>(chunking::NextCodePoint(text_, at))) != 0;
  }

  size_t Behind(size_t at) const {
    chunking::NextCodePoint(text_, at);
    return at;
  }

  const std::string_view text_;
  size_t begin_;
  size_t end_;
  std::string plain_;
  char separator_ = '\0';
  size_t letters_ = 0;
  size_t foreign_ = 0;
  size_t gaps_ = 0;
};

}  // namespace

void FindLeet(std::string_view text, Payloads& payloads) {
  for (size_t at = 0; at < text.size() && !payloads.full();) {
    const std::string_view window = text.substr(at, payloads.max_payload_bytes());
    const size_t end = at + std::min(window.find('\n'), window.size());
    const size_t whole = chunking::FloorToCodePoint(text, end);
    const LeetLine line(text, {at, whole});
    if (line.CountWords() >= kFewestLeetWords) {
      std::string plain = line.Plain();
      if (ReadsAsProse(plain)) payloads.Add({at, whole}, std::move(plain), "leet");
    }
    at = whole < text.size() && text[whole] == '\n' ? whole + 1 : std::max(whole, at + 1);
  }
}

void FindSpacedLetters(std::string_view text, Payloads& payloads) {
  for (size_t at = 0; at < text.size() && !payloads.full();) {
    const size_t end = kEnds.FindIn(text, at);
    if (end + 1 >= text.size()) return;
    if (end == at || end - at > 4 || !Separates(text[end]) || !IsOneLetter(text.substr(at, end - at))) {
      at = end + 1;
      continue;
    }
    SpacedRun run(text, at);
    at = run.Read(std::min(text.size(), at + payloads.max_payload_bytes()));
    run.Finish(payloads);
    if (!kEnds.Has(text[at - 1])) at = kEnds.FindIn(text, at);
  }
}

}  // namespace usher::sanitize::decode
