#include <algorithm>
#include <array>
#include <string>

#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/entities.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/unseen_text.h"

namespace usher::sanitize {
namespace {

// Looks for orders in what tags say without showing it: alternative texts, titles, hidden fields, data attributes.
// Plain text keeps them, because its reader sees them; Markdown loses the words.
class AttributeTextRule final : public Rule {
 public:
  std::string_view id() const override { return "attribute-text"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (input.format == chunking::Format::kHtml || !input.features.less_than) return;
    const bool unseen = input.format == chunking::Format::kMarkdown;
    chunking::HtmlTagReader tags(input.text);
    chunking::HtmlToken tag;
    for (size_t at = input.text.find('<'); at < input.text.size(); at = input.text.find('<', at)) {
      const bool starts = tags.Read(at, tag) && tag.type == chunking::HtmlToken::Type::kStartTag;
      if (starts) InspectTag(input.text, tag, unseen, edits, findings);
      at = starts ? tag.end : at + 1;
    }
  }

 private:
  void InspectTag(std::string_view text, const chunking::HtmlToken& tag, bool unseen, EditList& edits,
                  FindingLog& findings) const {
    for (const auto& attribute : chunking::HtmlAttributes(text.substr(tag.begin, tag.end - tag.begin))) {
      if (!HoldsText(attribute.name)) continue;
      const std::string words = DecodeEntities(attribute.value);
      if (!SpeaksToReader(words)) continue;
      const auto begin = static_cast<size_t>(attribute.value.data() - text.data());
      const Span span{begin, begin + attribute.value.size()};
      if (unseen) edits.Remove(span);
      findings.Add(id(), Kind::kHidden, unseen ? Action::kRemove : Action::kAnnotate, span, words);
    }
  }

  static bool HoldsText(std::string_view name) {
    static constexpr std::array<std::string_view, 14> kNames = {
        "alt",         "title",   "summary", "placeholder", "content", "value",    "label",
        "description", "caption", "abbr",    "standby",     "comment", "longdesc", "prompt"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name.substr(0, 5) == "data-" ||
           name.substr(0, 5) == "aria-";
  }
};

}  // namespace

std::unique_ptr<Rule> MakeAttributeTextRule() { return std::make_unique<AttributeTextRule>(); }

}  // namespace usher::sanitize
