#include <algorithm>
#include <array>
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

// Letters of a word as numbers; shifting all letters leaves the differences to the first one as they are.
uint64_t ShapeOf(std::string_view word, bool mirrored) {
  uint64_t shape = word.size();
  const auto index = [mirrored](char c) {
    const int letter = chunking::ToLowerAscii(c) - 'a';
    return static_cast<unsigned>(mirrored ? 25 - letter : letter);
  };
  for (const char c : word) shape = shape << 5 | (index(c) + kLetters - index(word[0])) % kLetters;
  return shape;
}

// The frequent words that vote for a shift, by shape; `first` letters of the words that have it.
const absl::flat_hash_map<uint64_t, std::string>& Voters() {
  static const auto* const kVoters = [] {
    auto* voters = new absl::flat_hash_map<uint64_t, std::string>();
    for (const std::string_view word : CommonWordList()) {
      if (word.size() < kShortestVoter) continue;
      (*voters)[ShapeOf(word, false)].push_back(word[0]);
    }
    return voters;
  }();
  return *kVoters;
}

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
    for (size_t shift = 0; shift < kLetters; ++shift) {
      if (shift > 0) Judge(span, shifts_[shift], static_cast<unsigned>(shift), false);
      Judge(span, mirrors_[shift], static_cast<unsigned>(shift), true);
    }
    if (backwards_.count >= kEnoughVotes) JudgeBackwards(span);
  }

 private:
  void Count(Span window) {
    shifts_.fill({});
    mirrors_.fill({});
    backwards_ = {};
    WordScan scan(text_.substr(window.begin, window.size()));
    for (Word word; scan.Next(word);) {
      if (word.size() < kShortestVoter || word.size() > kLongestVoter) continue;
      const Word whole{window.begin + word.begin, window.begin + word.end};
      const std::string lower = chunking::LowerAscii(text_.substr(whole.begin, whole.size()));
      if (IsCommonWord(lower)) continue;
      VoteFor(lower, false, whole, shifts_);
      VoteFor(lower, true, whole, mirrors_);
      if (IsCommonWord(std::string(lower.rbegin(), lower.rend()))) backwards_.Add(whole);
    }
  }

  static void VoteFor(std::string_view word, bool mirrored, const Word& at, std::array<Vote, kLetters>& votes) {
    const auto found = Voters().find(ShapeOf(word, mirrored));
    if (found == Voters().end()) return;
    const int letter = mirrored ? 'z' - word[0] : word[0] - 'a';
    for (const char first : found->second) votes[static_cast<size_t>(letter - (first - 'a') + 26) % kLetters].Add(at);
  }

  // The whole window if that reads as prose, otherwise what lies between the first and the last voting word.
  void Judge(Span window, const Vote& vote, unsigned shift, bool mirrored) {
    if (vote.count < kEnoughVotes) return;
    for (const Span span : {window, vote.span}) {
      std::string plain = Shift(text_.substr(span.begin, span.size()), shift, mirrored);
      if (!ReadsAsProse(plain)) continue;
      return payloads_.Add(span, std::move(plain), mirrored ? "atbash" : absl::StrCat("rot", shift));
    }
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
