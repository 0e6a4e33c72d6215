#include <algorithm>
#include <array>

#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/markdown_code.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/unseen_text.h"
#include "server/sanitize/visible_markup.h"

namespace usher::sanitize {
namespace {

using chunking::HtmlToken;

// Tags that act on the page around them and show nothing themselves.
bool ActsOnPage(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {"script", "style", "base",    "meta",
                                                             "link",   "title", "noframes"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

bool HasEventHandler(const std::vector<chunking::HtmlAttribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [](const chunking::HtmlAttribute& attribute) {
    return attribute.name.size() > 4 && attribute.name.compare(0, 2, "on") == 0;
  });
}

// Removes from Markdown what its HTML hides from a reader; other HTML stays.
class MarkdownHtmlRule final : public Rule {
 public:
  std::string_view id() const override { return "markdown-html"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (input.format != chunking::Format::kMarkdown || !input.features.less_than) return;
    VisibleMarkup markup(input.text, chunking::HtmlTokenizer::Mode::kEmbedded, MarkdownCode(input.text), true);
    for (VisibleMarkup::Event event; markup.Next(event);) {
      const std::string_view name = NameOf(input.text, event);
      if (name.empty()) continue;
      edits.Remove(event.span);
      const bool unseen = event.kind == VisibleMarkup::Kind::kComment || event.kind == VisibleMarkup::Kind::kElement;
      if (unseen && IsHousekeeping(event.hidden_text)) continue;
      const bool tag_only = event.kind == VisibleMarkup::Kind::kToken;
      findings.Add(name, Kind::kHidden, Action::kRemove, event.span,
                   tag_only ? input.text.substr(event.span.begin, event.span.size()) : event.hidden_text);
    }
  }

 private:
  // The finding's rule, or nothing when the event is visible.
  static std::string_view NameOf(std::string_view text, const VisibleMarkup::Event& event) {
    switch (event.kind) {
      case VisibleMarkup::Kind::kComment:
        return "markdown-html.comment";
      case VisibleMarkup::Kind::kElement:
        return "markdown-html.hidden-element";
      case VisibleMarkup::Kind::kScript:
        return "markdown-html.script";
      case VisibleMarkup::Kind::kBroken:
        return "markdown-html.unfinished-tag";
      case VisibleMarkup::Kind::kToken:
        break;
    }
    const bool starts = event.token.type == HtmlToken::Type::kStartTag;
    if (!starts && event.token.type != HtmlToken::Type::kEndTag) return {};
    if (ActsOnPage(event.token.name)) return "markdown-html.script";
    if (!starts) return {};
    const auto attributes = chunking::HtmlAttributes(text.substr(event.span.begin, event.span.size()));
    return HasEventHandler(attributes) ? "markdown-html.event-handler" : std::string_view();
  }
};

}  // namespace

std::unique_ptr<Rule> MakeMarkdownHtmlRule() { return std::make_unique<MarkdownHtmlRule>(); }

}  // namespace usher::sanitize
