#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr size_t kGap = 200;  // bytes between two words of one finding
constexpr size_t kFewestWords = 2;

// ASCII letters that letters of other scripts are drawn like, from Unicode's table of confusable characters.
using Lookalikes = absl::flat_hash_map<char32_t, char>;

Lookalikes* ReadTable() {
  auto* table = new Lookalikes();
  UErrorCode status = U_ZERO_ERROR;
  USpoofChecker* checker = uspoof_open(&status);
  constexpr std::pair<char32_t, char32_t> kBlocks[] = {{0x0250, 0x02AF}, {0x0370, 0x058F}, {0x10A0, 0x10FF},
                                                       {0x13A0, 0x13FF}, {0x2C80, 0x2CFF}, {0xA4D0, 0xA4FF}};
  for (const auto& [first, last] : kBlocks) {
    for (char32_t c = first; c <= last && U_SUCCESS(status); ++c) {
      if (u_isalpha(static_cast<UChar32>(c)) == 0) continue;
      const auto unit = static_cast<UChar>(c);
      UChar skeleton[8];
      const int32_t length = uspoof_getSkeleton(checker, 0, &unit, 1, skeleton, std::size(skeleton), &status);
      if (U_SUCCESS(status) && length == 1 && skeleton[0] < 0x80 && u_isalpha(skeleton[0]) != 0) {
        table->emplace(c, static_cast<char>(skeleton[0]));
      }
    }
  }
  uspoof_close(checker);
  return table;
}

char LooksLike(char32_t c) {
  static const Lookalikes* const kTable = ReadTable();
  const auto found = kTable->find(c);
  return found == kTable->end() ? char{0} : found->second;
}

// A word in which letters of another script stand among Latin ones and pass for them.
struct MixedWord {
  Span span;
  std::string plain;
  bool latin = false;
  size_t lookalikes = 0;
  bool foreign = false;  // letters that could not pass for Latin ones: an honest mixture, or another language

  bool deceives() const { return latin && lookalikes > 0 && !foreign; }
};

class LookalikesRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.lookalikes"; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    const std::string_view text = input.text;
    Run run;
    for (size_t at = NextNonAscii(text, 0); at < text.size(); at = NextNonAscii(text, at)) {
      const size_t non_ascii = at;
      if (LooksLike(chunking::NextCodePoint(text, at)) == 0) continue;
      const MixedWord word = ReadWord(text, non_ascii);
      at = std::max(at, word.span.end);
      if (!word.deceives()) continue;
      if (run.words > 0 && word.span.begin > run.span.end + kGap) run.Report(id(), findings);
      run.Add(word);
    }
    run.Report(id(), findings);
  }

 private:
  struct Run {
    Span span;
    std::string plain;
    size_t words = 0;
    size_t lookalikes = 0;

    void Add(const MixedWord& word) {
      if (words++ == 0) span.begin = word.span.begin;
      span.end = word.span.end;
      lookalikes += word.lookalikes;
      if (plain.size() < kMaxDetailBytes) plain += (plain.empty() ? "" : " ") + word.plain;
    }
    // One word with one such letter may be a slip of a keyboard with two layouts.
    void Report(std::string_view rule, FindingLog& findings) {
      if (words >= kFewestWords || lookalikes > 2) {
        findings.Add(rule, Kind::kHidden, Action::kAnnotate, span, plain);
      }
      *this = {};
    }
  };

  static MixedWord ReadWord(std::string_view text, size_t at) {
    constexpr size_t kLongestWord = 64;
    MixedWord word;
    size_t begin = at;
    while (begin > 0 && at - begin < kLongestWord && u_isalpha(static_cast<UChar32>(Before(text, begin))) != 0) {
      chunking::PreviousCodePoint(text, begin);
    }
    word.span = {begin, begin};
    for (size_t end = begin; end < text.size() && end - begin < 2 * kLongestWord;) {
      const char32_t c = chunking::NextCodePoint(text, end);
      if (u_isalpha(static_cast<UChar32>(c)) == 0) break;
      word.span.end = end;
      const char plain = c < 0x80 ? static_cast<char>(c) : LooksLike(c);
      word.latin = word.latin || c < 0x80;
      word.lookalikes += c >= 0x80 && plain != 0 ? 1 : 0;
      word.foreign = word.foreign || (plain == 0 && !IsLatin(c));
      word.plain.push_back(plain == 0 ? '?' : plain);
    }
    return word;
  }

  static bool IsLatin(char32_t c) {
    return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SCRIPT) == USCRIPT_LATIN;
  }
};

}  // namespace

std::unique_ptr<Rule> MakeLookalikesRule() { return std::make_unique<LookalikesRule>(); }

}  // namespace usher::sanitize
