#include "server/cli/sanitize_view.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace usher::cli {
namespace {

using sanitize::Finding;

struct Mark {
  size_t at;
  size_t number;
  bool opens;
};

// Ends before starts, so that neighbours do not look nested.
std::vector<Mark> MarksOf(const std::vector<Finding>& findings) {
  std::vector<Mark> marks;
  for (size_t i = 0; i < findings.size(); ++i) {
    marks.push_back({findings[i].source.begin, i + 1, true});
    marks.push_back({findings[i].source.end, i + 1, false});
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& a, const Mark& b) { return a.at != b.at ? a.at < b.at : a.opens < b.opens; });
  return marks;
}

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

Colour ColourOf(const Finding& finding) {
  return finding.action == sanitize::Action::kAnnotate ? Colour::kWarning : Colour::kBad;
}

void ShowText(std::string_view text, const std::vector<Finding>& findings, Output& out) {
  size_t shown = 0;
  int open = 0;
  Colour colour = Colour::kPlain;
  const auto show_to = [&](size_t end) {
    out.Part(View(text.substr(shown, end - shown)), open > 0 ? colour : Colour::kPlain);
    shown = end;
  };
  for (const Mark& mark : MarksOf(findings)) {
    show_to(mark.at);
    open = mark.opens ? open + 1 : open - 1;
    colour = ColourOf(findings[mark.number - 1]);
    out.Part(mark.opens ? absl::StrCat("[", mark.number, ">") : absl::StrCat("<", mark.number, "]"), Colour::kFaint);
  }
  show_to(text.size());
  out.Part("\n\n");
}

}  // namespace

void ShowFindings(std::string_view text, const std::vector<Finding>& findings, Output& out) {
  ShowText(text, findings, out);
  if (findings.empty()) return out.Line("no findings", Colour::kGood);
  for (size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    out.Line(absl::StrCat(i + 1, "  ", finding.rule, "  ", View(sanitize::KindName(finding.kind)), "  ",
                          View(sanitize::ActionName(finding.action)), "  bytes ", finding.source.begin, "-",
                          finding.source.end, finding.detail.empty() ? "" : "  ", finding.detail),
             ColourOf(finding));
  }
}

}  // namespace usher::cli
