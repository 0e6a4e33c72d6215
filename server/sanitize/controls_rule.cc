#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/terminal_code.h"

namespace usher::sanitize {
namespace {

constexpr char32_t kSoftHyphen = 0xAD;

// Control characters that are neither white space nor drawn, and code points that will never be characters.
bool IsUnwanted(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  if (c == '\n' || c == '\t' || c == '\r' || c == 0x85) return false;
  if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == kSoftHyphen) return true;
  if (c >= 0xFFF9 && c <= 0xFFFB) return true;  // interlinear annotation
  return u_hasBinaryProperty(code, UCHAR_NONCHARACTER_CODE_POINT) != 0;
}

// A soft hyphen is a hint for hyphenation where at least two characters of a word stand on each side of it.
bool IsHyphenation(std::string_view text, size_t begin, size_t end) {
  for (int i = 0; i < 2; ++i) {
    const char32_t before = Before(text, begin);
    const char32_t after = At(text, end);
    if (u_isgraph(static_cast<UChar32>(before)) == 0 || u_isgraph(static_cast<UChar32>(after)) == 0) return false;
    if (before == kSoftHyphen || after == kSoftHyphen) return false;
    chunking::PreviousCodePoint(text, begin);
    chunking::NextCodePoint(text, end);
  }
  return true;
}

// True for overprinting as in formatted manual pages, "N\bN" and "_\bN": what is printed first stays the same letter.
bool IsOverprinted(std::string_view text, size_t backspace) {
  if (backspace == 0 || backspace + 1 >= text.size()) return false;
  const char before = text[backspace - 1];
  const bool ascii = before > ' ' && before < 0x7F;
  return ascii && (before == text[backspace + 1] || before == '_');
}

class ControlsRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.controls"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii && !input.features.controls) return;
    RemovedRun run(id(), edits, findings);
    const std::string_view text = input.text;
    for (size_t at = 0; at < text.size();) {
      if (!input.features.controls) at = NextNonAscii(text, at);
      if (at >= text.size()) break;
      const size_t begin = at;
      const char32_t c = chunking::NextCodePoint(text, at);
      if (c == kSoftHyphen && IsHyphenation(text, begin, at)) continue;
      if (c == 0x1B || c == 0x9B) {
        const TerminalCode code = ReadTerminalCode(text, begin);
        at = std::max(at, code.end);
        if (code.harmless) continue;
        run.Remove({begin, at}, text.substr(begin, at - begin));
      } else if (c == '\b' && IsOverprinted(text, begin)) {
        run.Remove({begin - 1, at}, "\\b");
      } else if (IsUnwanted(c)) {
        run.Remove({begin, at}, absl::StrFormat("U+%04X ", static_cast<unsigned>(c)));
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeControlsRule() { return std::make_unique<ControlsRule>(); }

}  // namespace usher::sanitize
