#include "server/sanitize/injection/disguises.h"

#include <algorithm>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
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

char LetterForDigit(char c) {
  constexpr std::string_view kDigits = "013457@$!|89";
  constexpr std::string_view kLetters = "oieastasiibg";
  const size_t at = kDigits.find(c);
  return at == std::string_view::npos ? '\0' : kLetters[at];
}

bool IsBlank(char c) { return chunking::IsSpaceAscii(c); }

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

// Words with digits for letters read as letters; empty when there are too few.
View ReadDigits(const View& view) {
  View plain = view;
  size_t words = 0;
  for (size_t at = 0; at < view.text.size();) {
    if (IsBlank(view.text[at])) {
      ++at;
      continue;
    }
    const size_t length = MixedWord(view.text, at);
    words += length > 0;
    for (size_t i = at; i < at + length; ++i) {
      const char letter = LetterForDigit(plain.text[i]);
      if (letter != 0 && (i + 1 < at + length || plain.text[i] != '!')) plain.text[i] = letter;
    }
    at = std::min(view.text.find_first_of(chunking::kAsciiSpaces, at), view.text.size());
  }
  return words >= kTellingWords ? plain : View{};
}

bool IsSeparator(char c) { return c == ' ' || c == '.' || c == '-' || c == '_' || c == '*' || c == '|' || c == '\t'; }

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
                         (at == 0 || IsSeparator(text[at - 1]) || text[at - 1] == '\n' || text[at - 1] == '"') &&
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
