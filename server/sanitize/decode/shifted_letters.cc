#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"
#include "server/sanitize/decode/word_scan.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kWindowBytes = 2048;
constexpr size_t kLetters = 26;
constexpr size_t kShortestVoter = 3;
constexpr size_t kLongestVoter = 8;
constexpr size_t kEnoughVotes = 4;
constexpr size_t kMostTried = 3;  // shifts of one window, those with the most votes

// Letters of a word as distances to its first one, five bits each: shifting all letters leaves them as they are, and
// turning the alphabet around negates them.
struct Shapes {
  uint64_t plain;
  uint64_t mirrored;
};

Shapes ShapesOf(std::string_view word) {
  Shapes shapes{word.size(), word.size()};
  const char first = chunking::ToLowerAscii(word[0]);
  for (const char c : word) {
    const int distance = chunking::ToLowerAscii(c) - first;
    const int plain = distance < 0 ? distance + 26 : distance;
    shapes.plain = shapes.plain << 5 | static_cast<unsigned>(plain);
    shapes.mirrored = shapes.mirrored << 5 | static_cast<unsigned>(plain == 0 ? 0 : 26 - plain);
  }
  return shapes;
}

// The frequent words that vote for a shift, by shape, and a sieve that few other shapes pass.
class Voters {
 public:
  static const Voters& Get() {
    static const auto* const kVoters = new Voters();
    return *kVoters;
  }

  // First letters of the words with this shape; null when there are none.
  const std::string* Find(uint64_t shape) const {
    if (!sieve_[SlotOf(shape)]) return nullptr;
    const auto found = first_letters_.find(shape);
    return found == first_letters_.end() ? nullptr : &found->second;
  }

 private:
  static constexpr size_t kSlotBits = 13;

  Voters() {
    for (const std::string_view word : CommonWordList()) {
      if (word.size() < kShortestVoter) continue;
      const uint64_t shape = ShapesOf(word).plain;
      first_letters_[shape].push_back(word[0]);
      sieve_[SlotOf(shape)] = true;
    }
  }

  static size_t SlotOf(uint64_t shape) { return (shape * 0x9E3779B97F4A7C15u) >> (64 - kSlotBits); }

  absl::flat_hash_map<uint64_t, std::string> first_letters_;
  std::bitset<size_t{1} << kSlotBits> sieve_;
};

std::string Shift(std::string_view text, unsigned shift, bool mirrored) {
  std::string out(text);
  for (char& c : out) {
    if (!chunking::IsLetterAscii(c)) continue;
    const char first = c >= 'a' ? 'a' : 'A';
    const unsigned letter = static_cast<unsigned>(mirrored ? 'z' - chunking::ToLowerAscii(c) : c - first);
    c = static_cast<char>(first + static_cast<char>((letter + kLetters - shift) % kLetters));
  }
  return out;
}

struct Vote {
  size_t count = 0;
  Span span;

  // A longer word is less often one by chance.
  void Add(const Word& word) {
    if (count == 0) span.begin = word.begin;
    count += std::min<size_t>(word.size() - 2, 3);
    span.end = word.end;
  }
};

class Window {
 public:
  Window(std::string_view text, Payloads& payloads) : text_(text), payloads_(payloads) {}

  void Read(Span span) {
    Count(span);
    if (!voted_) return;
    shifts_[0] = {};  // that is the text as it stands
    for (const bool mirrored : {false, true}) {
      auto& votes = mirrored ? mirrors_ : shifts_;
      for (size_t n = 0; n < kMostTried; ++n) {
        const auto best = std::max_element(votes.begin(), votes.end(),
                                           [](const Vote& a, const Vote& b) { return a.count < b.count; });
        if (best->count < kEnoughVotes || Judge(span, *best, static_cast<unsigned>(best - votes.begin()), mirrored)) {
          break;
        }
        *best = {};
      }
    }
    if (backwards_.count >= kEnoughVotes) JudgeBackwards(span);
  }

 private:
  void Count(Span window) {
    shifts_.fill({});
    mirrors_.fill({});
    backwards_ = {};
    voted_ = false;
    WordScan scan(text_.substr(window.begin, window.size()));
    for (Word word; scan.Next(word);) {
      if (word.size() < kShortestVoter || word.size() > kLongestVoter) continue;
      const Word whole{window.begin + word.begin, window.begin + word.end};
      const std::string_view letters = text_.substr(whole.begin, whole.size());
      const Shapes shapes = ShapesOf(letters);
      const std::string* const plain = Voters::Get().Find(shapes.plain);
      const std::string* const mirrored = Voters::Get().Find(shapes.mirrored);
      const bool backwards = IsCommonBackwards(letters);
      if ((plain == nullptr && mirrored == nullptr && !backwards) || IsCommonWord(letters)) continue;
      const int letter = chunking::ToLowerAscii(letters[0]) - 'a';
      if (plain != nullptr) VoteFor(*plain, letter, whole, shifts_);
      if (mirrored != nullptr) VoteFor(*mirrored, 25 - letter, whole, mirrors_);
      if (backwards) backwards_.Add(whole);
      voted_ = true;
    }
  }

  static bool IsCommonBackwards(std::string_view letters) {
    std::array<char, kLongestVoter> turned{};
    std::reverse_copy(letters.begin(), letters.end(), turned.begin());
    return IsCommonWord({turned.data(), letters.size()});
  }

  static void VoteFor(std::string_view firsts, int letter, const Word& at, std::array<Vote, kLetters>& votes) {
    for (const char first : firsts) votes[static_cast<size_t>(letter - (first - 'a') + 26) % kLetters].Add(at);
  }

  // The whole window if that reads as prose, otherwise what lies between the first and the last voting word.
  bool Judge(Span window, const Vote& vote, unsigned shift, bool mirrored) {
    for (const Span span : {window, vote.span}) {
      std::string plain = Shift(text_.substr(span.begin, span.size()), shift, mirrored);
      if (!ReadsAsProse(plain)) continue;
      payloads_.Add(span, std::move(plain), mirrored ? "atbash" : absl::StrCat("rot", shift));
      return true;
    }
    return false;
  }

  void JudgeBackwards(Span window) {
    for (const Span span : {window, backwards_.span}) {
      std::string plain;
      for (size_t at = span.end; at > span.begin;) {
        const size_t end = at;
        chunking::PreviousCodePoint(text_, at);
        plain.append(text_.substr(at, end - at));
      }
      if (!ReadsAsProse(plain)) continue;
      return payloads_.Add(span, std::move(plain), "reversed");
    }
  }

  const std::string_view text_;
  Payloads& payloads_;
  std::array<Vote, kLetters> shifts_;
  std::array<Vote, kLetters> mirrors_;
  Vote backwards_;
  bool voted_ = false;
};

}  // namespace

void FindShiftedLetters(std::string_view text, Payloads& payloads) {
  Window window(text, payloads);
  for (size_t at = 0; at < text.size() && !payloads.full();) {
    const std::string_view window_text = text.substr(at, kWindowBytes);
    const size_t line = std::min(window_text.find('\n'), window_text.size());
    const size_t end = std::max(chunking::FloorToCodePoint(text, at + line), at + 1);
    window.Read({at, end});
    at = end < text.size() && text[end] == '\n' ? end + 1 : end;
  }
}

}  // namespace usher::sanitize::decode
