#include "server/sanitize/rules.h"
#include "server/sanitize/visible_markup.h"

namespace usher::sanitize {
namespace {

// Points out HTML comments and hidden elements in plain text. They stay: a reader of plain text sees them.
class PlainHtmlRule final : public Rule {
 public:
  std::string_view id() const override { return "plain-html"; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    if (input.format != chunking::Format::kPlain || !input.features.less_than) return;
    VisibleMarkup markup(input.text, chunking::HtmlTokenizer::Mode::kEmbedded, {}, true);
    for (VisibleMarkup::Event event; markup.Next(event);) {
      const std::string_view source = input.text.substr(event.span.begin, event.span.size());
      if (event.kind == VisibleMarkup::Kind::kComment && source.substr(0, 4) == "<!--") {
        findings.Add("plain-html.comment", Kind::kHidden, Action::kAnnotate, event.span, event.hidden_text);
      } else if (event.kind == VisibleMarkup::Kind::kElement && event.token.name != "object") {
        findings.Add("plain-html.hidden-element", Kind::kHidden, Action::kAnnotate, event.span, event.hidden_text);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakePlainHtmlRule() { return std::make_unique<PlainHtmlRule>(); }

}  // namespace usher::sanitize
