#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMostMarks = 4;         // on one letter of Latin, Greek or Cyrillic; Vietnamese needs two
constexpr size_t kMostMarksOthers = 10;  // pointed Hebrew with cantillation, stacked Tibetan

bool IsMark(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0 && !IsZeroWidth(c) &&
         !IsVariationSelector(c);
}

// True for the marks that any letter may carry, of which floods are made.
bool IsCommonMark(char32_t c) {
  const int script = u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SCRIPT);
  return script == USCRIPT_INHERITED || script == USCRIPT_COMMON;
}

// Cuts the piles of combining marks that bury text or carry data.
class MarkFloodRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.mark-flood"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    RemovedRun run(id(), edits, findings);
    const std::string_view text = input.text;
    for (size_t at = NextNonAscii(text, 0); at < text.size();) {
      size_t marks = 0;
      size_t common = 0;
      while (at < text.size()) {
        const size_t begin = at;
        const char32_t c = chunking::NextCodePoint(text, at);
        if (!IsMark(c)) break;
        common += IsCommonMark(c) ? 1 : 0;
        if (++marks > kMostMarksOthers || common > kMostMarks) run.Remove({begin, at}, "");
      }
      if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at = NextNonAscii(text, at);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeMarkFloodRule() { return std::make_unique<MarkFloodRule>(); }

}  // namespace usher::sanitize
