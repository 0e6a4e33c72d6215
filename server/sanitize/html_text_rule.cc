#include "index/chunking/ascii.h"
#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/entities.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/unseen_text.h"
#include "server/sanitize/visible_markup.h"

namespace usher::sanitize {
namespace {

using chunking::HtmlToken;

// Turns an HTML document into the text a person sees.
class HtmlTextRule final : public Rule {
 public:
  std::string_view id() const override { return "html"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (input.format != chunking::Format::kHtml) return;
    VisibleMarkup markup(input.text, chunking::HtmlTokenizer::Mode::kDocument, {}, IsWhitePage(input.text));
    for (VisibleMarkup::Event event; markup.Next(event);) {
      if (event.kind == VisibleMarkup::Kind::kToken) {
        EditVisible(input.text, event, edits, findings);
      } else {
        edits.Replace(event.span, chunking::IsBlockElement(event.token.name) ? "\n" : "");
        Report(input.text, event, findings);
      }
    }
  }

 private:
  // Where no background is stated, a browser's is white.
  static bool IsWhitePage(std::string_view text) {
    const std::string lower = chunking::LowerAscii(text);
    return lower.find("background") == std::string::npos && lower.find("bgcolor") == std::string::npos &&
           lower.find("stylesheet") == std::string::npos;
  }

  static void EditVisible(std::string_view text, const VisibleMarkup::Event& event, EditList& edits,
                          FindingLog& findings) {
    const std::string_view source = text.substr(event.span.begin, event.span.size());
    switch (event.token.type) {
      case HtmlToken::Type::kText:
      case HtmlToken::Type::kRawText:
        return DecodeText(event.span.begin, source, edits);
      case HtmlToken::Type::kStartTag:
        if (event.token.name == "img" || event.token.name == "image") {
          const auto attributes = chunking::HtmlAttributes(source);
          const chunking::HtmlAttribute* alt = chunking::FindAttribute(attributes, "alt");
          const std::string words = alt == nullptr ? "" : DecodeEntities(alt->value);
          const bool speaks = SpeaksToReader(words);
          if (speaks) findings.Add("html.alt", Kind::kHidden, Action::kRemove, event.span, words);
          return edits.Replace(event.span, speaks ? "" : words);
        }
        [[fallthrough]];
      default:
        return edits.Replace(event.span, chunking::IsBlockElement(event.token.name) ? "\n" : "");
    }
  }

  static void DecodeText(size_t offset, std::string_view source, EditList& edits) {
    for (size_t at = source.find('&'); at < source.size(); at = source.find('&', at)) {
      const std::optional<Entity> entity = DecodeEntity(source.substr(at));
      if (entity.has_value()) edits.Replace({offset + at, offset + at + entity->length}, entity->decoded);
      at += entity.has_value() ? entity->length : 1;
    }
  }

  // Scripts and styles are no news in a document; what could hold a hidden message is.
  static void Report(std::string_view text, const VisibleMarkup::Event& event, FindingLog& findings) {
    const std::string_view source = text.substr(event.span.begin, event.span.size());
    switch (event.kind) {
      case VisibleMarkup::Kind::kComment:
        if (IsDoctype(source) || IsHousekeeping(source)) return;
        return findings.Add("html.comment", Kind::kHidden, Action::kRemove, event.span, event.hidden_text);
      case VisibleMarkup::Kind::kElement:
        if (IsHousekeeping(event.hidden_text)) return;
        return findings.Add("html.hidden-element", Kind::kHidden, Action::kRemove, event.span, event.hidden_text);
      case VisibleMarkup::Kind::kBroken:
        return findings.Add("html.unfinished-tag", Kind::kHidden, Action::kRemove, event.span, source);
      case VisibleMarkup::Kind::kScript:
      case VisibleMarkup::Kind::kToken:
        return;
    }
  }

  static bool IsDoctype(std::string_view source) {
    constexpr size_t kLongestDoctype = 200;
    return chunking::LowerAscii(source.substr(0, 9)) == "<!doctype" && source.size() <= kLongestDoctype;
  }
};

}  // namespace

std::unique_ptr<Rule> MakeHtmlTextRule() { return std::make_unique<HtmlTextRule>(); }

}  // namespace usher::sanitize
