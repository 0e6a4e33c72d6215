#include <unicode/uchar.h>

#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

bool IsKeycapBase(char32_t c) { return (c >= '0' && c <= '9') || c == '#' || c == '*'; }

// True when `selector` behind `base` chooses a form that a font may have; anything else is invisible cargo.
bool IsLegitimate(char32_t base, char32_t selector, char32_t next) {
  const auto code = static_cast<UChar32>(base);
  const int script = u_getIntPropertyValue(code, UCHAR_SCRIPT);
  if (selector < 0xFE00) return script == u_getIntPropertyValue(0x1820, UCHAR_SCRIPT);  // Mongolian selectors
  if (selector >= 0xE0100) return u_hasBinaryProperty(code, UCHAR_IDEOGRAPHIC) != 0;
  if (selector >= 0xFE0E) {
    if (IsKeycapBase(base)) return next == 0x20E3;
    return u_hasBinaryProperty(code, UCHAR_EMOJI) != 0;
  }
  return base >= 0x80 && selector <= 0xFE02 && u_isgraph(code) != 0;
}

// The byte a selector stands for in the usual smuggling scheme.
char ByteOf(char32_t selector) {
  if (selector >= 0xE0100) return static_cast<char>(selector - 0xE0100 + 16);
  return selector >= 0xFE00 ? static_cast<char>(selector - 0xFE00) : '?';
}

class VariationSelectorsRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.variation-selectors"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    RemovedRun run(id(), edits, findings);
    const std::string_view text = input.text;
    for (size_t at = NextNonAscii(text, 0); at < text.size();) {
      const size_t begin = at;
      const char32_t c = chunking::NextCodePoint(text, at);
      if (IsVariationSelector(c) && !IsLegitimate(Before(text, begin), c, At(text, at))) {
        const char byte = ByteOf(c);
        run.Remove({begin, at}, static_cast<unsigned char>(byte) < 0x80 ? std::string_view(&byte, 1) : "?");
      }
      if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at = NextNonAscii(text, at);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeVariationSelectorsRule() { return std::make_unique<VariationSelectorsRule>(); }

}  // namespace usher::sanitize
