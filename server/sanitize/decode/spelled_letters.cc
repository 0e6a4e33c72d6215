#include <algorithm>
#include <string>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kFewestLeetWords = 3;
constexpr size_t kFewestSpacedLetters = 12;
constexpr size_t kOneCommonIn = 5;  // of spaced words

bool IsLeetByte(char c) {
  return chunking::IsLetterAscii(c) || chunking::IsDigitAscii(c) || c == '@' || c == '$' || c == '|' || c == '+';
}

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

// True for a word that has both letters and signs for letters and is a frequent word without the signs.
bool IsLeetWord(std::string_view word, std::string& plain) {
  const bool letters = std::any_of(word.begin(), word.end(), chunking::IsLetterAscii);
  const bool signs = std::any_of(word.begin(), word.end(), [](char c) { return !chunking::IsLetterAscii(c); });
  plain = FromLeet(word, 'i');
  if (!letters || !signs) return false;
  if (IsCommonWord(plain)) return true;
  const std::string other = FromLeet(word, 'l');
  if (!IsCommonWord(other)) return false;
  plain = other;
  return true;
}

// The line's words as they read without signs, from the first to the last that is written with them.
void ReadLeetLine(std::string_view text, Span line, Payloads& payloads) {
  size_t count = 0;
  Span span{line.begin, line.begin};
  std::string plain;
  for (size_t at = line.begin; at < line.end;) {
    if (!IsLeetByte(text[at])) {
      plain.push_back(text[at++]);
      continue;
    }
    const size_t begin = at;
    while (at < line.end && IsLeetByte(text[at])) ++at;
    std::string word;
    if (IsLeetWord(text.substr(begin, at - begin), word)) ++count;
    plain += word;
  }
  span.end = line.end;
  if (count >= kFewestLeetWords && ReadsAsProse(plain)) payloads.Add(span, std::move(plain), "leet");
}

bool Separates(char c) { return std::string_view(" .-_*|/~,\t").find(c) != std::string_view::npos; }

// Letters that stand alone, one after another, each followed by the same separator; more of them part words.
class SpacedRun {
 public:
  SpacedRun(std::string_view text, size_t begin) : text_(text), begin_(begin), end_(begin) {}

  size_t Read(size_t limit) {
    for (size_t at = begin_; at < limit && Printable(at);) {
      letters_ += chunking::IsLetterAscii(text_[at]) ? 1 : 0;
      plain_.push_back(text_[at]);
      end_ = ++at;
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
      if (at + 1 < limit && text_[at + 1] != separator_ && text_[at + 1] != '\n') {
        if (Printable(at) && Printable(at + 1)) break;
      }
    }
    return std::max(end_, begin_ + 1);
  }

  void Finish(Payloads& payloads) {
    if (letters_ < kFewestSpacedLetters) return;
    const bool reads = gaps_ >= 2 && ReadsAsProse(plain_, kOneCommonIn);
    if (reads || ReadsAsRunTogether(plain_)) payloads.Add({begin_, end_}, std::move(plain_), "spaced");
  }

 private:
  bool Printable(size_t at) const { return text_[at] > ' ' && text_[at] < 0x7F; }

  const std::string_view text_;
  size_t begin_;
  size_t end_;
  std::string plain_;
  char separator_ = '\0';
  size_t letters_ = 0;
  size_t gaps_ = 0;
};

}  // namespace

void FindLeet(std::string_view text, Payloads& payloads) {
  for (size_t at = 0; at < text.size() && !payloads.full();) {
    const std::string_view window = text.substr(at, payloads.max_payload_bytes());
    const size_t end = at + std::min(window.find('\n'), window.size());
    const size_t whole = chunking::FloorToCodePoint(text, end);
    ReadLeetLine(text, {at, whole}, payloads);
    at = whole < text.size() && text[whole] == '\n' ? whole + 1 : std::max(whole, at + 1);
  }
}

void FindSpacedLetters(std::string_view text, Payloads& payloads) {
  for (size_t at = 0; at + 2 < text.size() && !payloads.full();) {
    const bool starts = chunking::IsLetterAscii(text[at]) && Separates(text[at + 1]) &&
                        (at == 0 || text[at - 1] <= ' ' || Separates(text[at - 1]));
    if (!starts) {
      ++at;
      continue;
    }
    SpacedRun run(text, at);
    at = run.Read(std::min(text.size(), at + payloads.max_payload_bytes()));
    run.Finish(payloads);
  }
}

}  // namespace usher::sanitize::decode
