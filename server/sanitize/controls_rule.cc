#include <unicode/uchar.h>

#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

// Control characters that are neither white space nor drawn, and code points that will never be characters.
bool IsUnwanted(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  if (c == '\n' || c == '\t' || c == '\r' || c == 0x85) return false;
  if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD) return true;
  if (c >= 0xFFF9 && c <= 0xFFFB) return true;  // interlinear annotation
  return u_hasBinaryProperty(code, UCHAR_NONCHARACTER_CODE_POINT) != 0;
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
      if (IsUnwanted(c)) run.Remove({begin, at}, absl::StrFormat("U+%04X ", static_cast<unsigned>(c)));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeControlsRule() { return std::make_unique<ControlsRule>(); }

}  // namespace usher::sanitize
