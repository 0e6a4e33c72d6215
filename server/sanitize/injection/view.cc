#include "server/sanitize/injection/view.h"

#include <algorithm>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

bool IsAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Collects the letters of one word, because only a whole word tells whether a letter poses as another.
class WordFolder {
 public:
  WordFolder(View& view, bool mostly_latin) : view_(view), mostly_latin_(mostly_latin) {}

  void Add(char32_t c, size_t from) {
    word_.push_back({c, from});
    if (word_.size() >= kLongestWord) Flush();
  }

  void Flush() {
    const Folding& folding = Folding::Get();
    size_t ascii = 0;
    size_t posing = 0;
    for (const Piece& piece : word_) {
      ascii += IsAsciiLetter(piece.c);
      posing += folding.LatinLookAlike(piece.c) != 0;
    }
    const bool unmask = posing > 0 && (ascii > 0 || (mostly_latin_ && posing == word_.size()));
    std::string folded;
    for (const Piece& piece : word_) {
      folded.clear();
      const char latin = unmask ? folding.LatinLookAlike(piece.c) : '\0';
      if (latin != 0) {
        folded = latin;
      } else {
        folding.Append(piece.c, folded);
      }
      view_.Add(folded, piece.from);
    }
    word_.clear();
  }

 private:
  static constexpr size_t kLongestWord = 128;
  struct Piece {
    char32_t c;
    size_t from;
  };

  View& view_;
  bool mostly_latin_;
  std::vector<Piece> word_;
};

}  // namespace

void View::Add(std::string_view bytes, size_t from) {
  text += bytes;
  origin.insert(origin.end(), bytes.size(), static_cast<uint32_t>(from));
}

View View::Of(std::string_view source) {
  View view;
  if (chunking::IsAscii(source)) {
    view.text.resize(source.size());
    std::transform(source.begin(), source.end(), view.text.begin(), chunking::ToLowerAscii);
    return view;
  }
  view.text.reserve(source.size());
  view.origin.reserve(source.size() + 1);
  const auto ascii = static_cast<size_t>(
      std::count_if(source.begin(), source.end(), [](char c) { return IsAsciiLetter(static_cast<unsigned char>(c)); }));
  WordFolder word(view, ascii * 2 > source.size());
  for (size_t at = 0; at < source.size();) {
    const size_t from = at;
    const char32_t c = NextLetter(source, at);
    if (c < 0x80 && LetterClass(c) == Letter::kNone) {
      word.Flush();
      view.Add(source.substr(from, 1), from);
    } else {
      word.Add(c, from);
    }
  }
  word.Flush();
  view.origin.push_back(static_cast<uint32_t>(source.size()));
  return view;
}

}  // namespace usher::sanitize::injection
