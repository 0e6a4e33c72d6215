#include "server/sanitize/injection/disguises.h"

#include <algorithm>
#include <array>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/injection/bytes.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

constexpr size_t kTellingWords = 3;    // of a disguise, before a text is read that way
constexpr size_t kSpacedLetters = 12;  // single letters in a row

size_t CountWords(const Reading& reading, char letter) {
  return static_cast<size_t>(std::count_if(reading.tokens.begin(), reading.tokens.end(), [letter](const Token& token) {
    return (token.concepts & ConceptOf(letter)) != 0;
  }));
}

constexpr std::array<char, 256> kLetterForDigit = [] {
  constexpr std::string_view kDigits = "013457@$!|89";
  constexpr std::string_view kLetters = "oieastasiibg";
  std::array<char, 256> table{};
  for (size_t i = 0; i < kDigits.size(); ++i) table[static_cast<unsigned char>(kDigits[i])] = kLetters[i];
  return table;
}();

char LetterForDigit(char c) { return kLetterForDigit[static_cast<unsigned char>(c)]; }

// Length of the word at `at` if it mixes letters with digits that stand for letters, 0 if not.
size_t MixedWord(std::string_view text, size_t at) {
  size_t end = at;
  size_t letters = 0;
  size_t digits = 0;
  while (end < text.size() && !IsBlank(text[end])) {
    letters += chunking::IsLetterAscii(text[end]);
    digits += LetterForDigit(text[end]) != 0;
    if (!chunking::IsLetterAscii(text[end]) && LetterForDigit(text[end]) == 0 && end + 1 < text.size() &&
        !IsBlank(text[end + 1])) {
      letters = digits = 0;
      return 0;
    }
    ++end;
  }
  return letters > 0 && digits > 0 && end - at >= 2 && end - at <= 24 ? end - at : 0;
}

// Calls visit(begin, end) for each word with digits for letters.
template <typename Visit>
void ForMixedWords(std::string_view text, Visit visit) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (IsBlank(text[at])) continue;
    const size_t length = MixedWord(text, at);
    if (length > 0) visit(at, at + length);
    while (at < text.size() && !IsBlank(text[at])) ++at;
  }
}

// Words with digits for letters read as letters; empty when there are too few.
View ReadDigits(const View& view) {
  size_t words = 0;
  ForMixedWords(view.text, [&](size_t, size_t) { ++words; });
  if (words < kTellingWords) return {};
  View plain = view;
  ForMixedWords(view.text, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const bool ends_sentence = i + 1 == end && plain.text[i] == '!';
      if (LetterForDigit(plain.text[i]) != 0 && !ends_sentence) plain.text[i] = LetterForDigit(plain.text[i]);
    }
  });
  return plain;
}

constexpr ByteSet kSeparators(" .-_*|\t");

// The runs of letters that stand apart, joined; a wider gap is the gap between two words.
class LetterJoiner {
 public:
  explicit LetterJoiner(const View& view) : view_(view) {}

  Disguised Run() {
    const std::string_view text = view_.text;
    for (size_t at = 0; at < text.size();) {
      size_t next = at;
      const bool letter = LetterClass(chunking::NextCodePoint(text, next)) == Letter::kWord;
      const bool alone = letter &&
                         (at == 0 || kSeparators.Has(text[at - 1]) || text[at - 1] == '\n' || text[at - 1] == '"') &&
                         (next >= text.size() || LetterClassAt(next) != Letter::kWord);
      if (alone) {
        AddLetter(at, next);
      } else if (letter || text[at] == '\n') {
        EndRun();
      }
      at = next;
    }
    EndRun();
    if (!joined_.text.empty()) joined_.origin.push_back(static_cast<uint32_t>(view_.ToSource(last_end_)));
    return {"disguise.spaced", std::move(joined_), words_seen_};
  }

 private:
  Letter LetterClassAt(size_t at) const { return LetterClass(chunking::NextCodePoint(view_.text, at)); }

  void AddLetter(size_t at, size_t next) {
    if (!run_.text.empty() && at - run_end_ >= 2) {
      run_.Add(" ", view_.ToSource(run_end_));
      ++gaps_;
    }
    run_.Add(std::string_view(view_.text).substr(at, next - at), view_.ToSource(at));
    ++letters_;
    run_end_ = next;
  }

  void EndRun() {
    if (letters_ == 0) return;
    if (letters_ >= kSpacedLetters) {
      joined_.text += run_.text + "\n";
      joined_.origin.insert(joined_.origin.end(), run_.origin.begin(), run_.origin.end());
      joined_.origin.push_back(static_cast<uint32_t>(view_.ToSource(run_end_)));
      words_seen_ = words_seen_ || gaps_ * 12 >= letters_;
      last_end_ = run_end_;
    }
    run_ = {};
    letters_ = gaps_ = 0;
  }

  const View& view_;
  View joined_;
  View run_;
  size_t letters_ = 0;
  size_t gaps_ = 0;
  size_t run_end_ = 0;
  size_t last_end_ = 0;
  bool words_seen_ = false;
};

View Rotate(const View& view) {
  View plain = view;
  for (char& c : plain.text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
  }
  return plain;
}

View Backwards(const View& view) {
  View plain;
  for (size_t at = view.text.size(); at > 0;) {
    const size_t end = at;
    chunking::PreviousCodePoint(view.text, at);
    plain.Add(std::string_view(view.text).substr(at, end - at), view.ToSource(at));
  }
  plain.origin.push_back(0);
  return plain;
}

}  // namespace

std::vector<Disguised> Unmask(const View& view, const Reading& reading) {
  std::vector<Disguised> found;
  if (CountWords(reading, 'r') >= kTellingWords) found.push_back({"disguise.rot13", Rotate(view), true});
  if (CountWords(reading, 'v') >= kTellingWords) found.push_back({"disguise.reversed", Backwards(view), true});
  if (View digits = ReadDigits(view); !digits.text.empty()) {
    found.push_back({"disguise.digits", std::move(digits), true});
  }
  if (Disguised spaced = LetterJoiner(view).Run(); !spaced.view.text.empty()) found.push_back(std::move(spaced));
  return found;
}

}  // namespace usher::sanitize::injection
