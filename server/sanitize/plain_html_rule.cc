#include "server/sanitize/markdown_code.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/unseen_text.h"
#include "server/sanitize/visible_markup.h"

namespace usher::sanitize {
namespace {

// Points out HTML comments and hidden elements where readers see them: in plain text, and in Markdown's code if they
// speak to the reader. They stay.
class PlainHtmlRule final : public Rule {
 public:
  std::string_view id() const override { return "plain-html"; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    if (input.format == chunking::Format::kHtml || !input.features.less_than) return;
    if (input.format == chunking::Format::kPlain) {
      return Walk(input.text, 0, [&findings](std::string_view name, Span span, std::string_view hidden) {
        if (!IsHousekeeping(hidden)) findings.Add(name, Kind::kHidden, Action::kAnnotate, span, hidden);
      });
    }
    for (const Span& code : MarkdownCode(input.text)) {
      const std::string_view text = input.text.substr(code.begin, code.size());
      if (text.find('<') == std::string_view::npos) continue;
      Walk(text, code.begin, [&findings](std::string_view name, Span span, std::string_view hidden) {
        if (SpeaksToReader(hidden)) findings.Add(name, Kind::kHidden, Action::kAnnotate, span, hidden);
      });
    }
  }

 private:
  // Calls `report` with a finding's name, its span in the document, and what is hidden there.
  template <typename Report>
  static void Walk(std::string_view text, size_t offset, const Report& report) {
    VisibleMarkup markup(text, chunking::HtmlTokenizer::Mode::kEmbedded, {}, true);
    for (VisibleMarkup::Event event; markup.Next(event);) {
      const std::string_view source = text.substr(event.span.begin, event.span.size());
      const Span span{offset + event.span.begin, offset + event.span.end};
      if (event.kind == VisibleMarkup::Kind::kComment && source.substr(0, 4) == "<!--") {
        report("plain-html.comment", span, event.hidden_text);
      } else if (event.kind == VisibleMarkup::Kind::kElement && event.token.name != "object") {
        report("plain-html.hidden-element", span, event.hidden_text);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakePlainHtmlRule() { return std::make_unique<PlainHtmlRule>(); }

}  // namespace usher::sanitize
