#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr size_t kFewestOddSpaces = 8;
constexpr size_t kFewestTrailing = 16;  // bytes of tabs and spaces at line ends, in lines that have both

// Spaces of some width that no keyboard and hardly any typesetter gives; French needs U+202F and U+2009.
bool IsOddSpace(char32_t c) { return (c >= 0x2000 && c <= 0x2008) || c == 0x200A || c == 0x205F; }

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Messages in white space: tabs and spaces behind the lines, or spaces of different widths between words.
class SpacesRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.spaces"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    RemoveTrailing(input.text, edits, findings);
    if (input.features.non_ascii) PlainSpaces(input.text, edits, findings);
  }

 private:
  // Calls `visit` with each mixed run of tabs and spaces before a line's end.
  template <typename Visit>
  static void EachMixedEnd(std::string_view text, const Visit& visit) {
    for (size_t tab = text.find('\t'); tab < text.size();) {
      size_t begin = tab;
      while (begin > 0 && IsBlank(text[begin - 1])) --begin;
      const size_t end = std::min(text.find_first_not_of(" \t\r", tab), text.size());
      const bool line_end = (end == text.size() || text[end] == '\n') && begin > 0 && text[begin - 1] != '\n';
      size_t stop = end;
      while (stop > begin && text[stop - 1] == '\r') --stop;
      const std::string_view blank = text.substr(begin, stop - begin);
      const size_t space = blank.find(' ');
      // A tab between two spaces, or a space between two tabs: alignment needs neither.
      const bool mixed = space != std::string_view::npos && blank.find('\t', space) != std::string_view::npos;
      if (line_end && mixed) visit(Span{begin, stop});
      tab = text.find('\t', end);
    }
  }

  void RemoveTrailing(std::string_view text, EditList& edits, FindingLog& findings) const {
    size_t bytes = 0;
    Span all;
    EachMixedEnd(text, [&](Span span) {
      if (bytes == 0) all.begin = span.begin;
      bytes += span.size();
      all.end = span.end;
    });
    if (bytes < kFewestTrailing) return;
    EachMixedEnd(text, [&edits](Span span) { edits.Remove(span); });
    findings.Add(id(), Kind::kHidden, Action::kRemove, all, absl::StrCat(bytes, " tabs and spaces behind lines"));
  }

  void PlainSpaces(std::string_view text, EditList& edits, FindingLog& findings) const {
    size_t count = 0;
    Span all;
    const auto each = [text](const auto& visit) {
      for (size_t at = text.find('\xE2'); at < text.size(); at = text.find('\xE2', at)) {
        const size_t begin = at;
        if (IsOddSpace(chunking::NextCodePoint(text, at))) visit(Span{begin, at});
      }
    };
    each([&](Span span) {
      if (count++ == 0) all.begin = span.begin;
      all.end = span.end;
    });
    if (count < kFewestOddSpaces) return;
    each([&edits](Span span) { edits.Replace(span, " "); });
    findings.Add(id(), Kind::kHidden, Action::kReplace, all, absl::StrCat(count, " spaces of unusual widths"));
  }
};

}  // namespace

std::unique_ptr<Rule> MakeSpacesRule() { return std::make_unique<SpacesRule>(); }

}  // namespace usher::sanitize
