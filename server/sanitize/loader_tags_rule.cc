#include <algorithm>
#include <array>

#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/url_judge.h"

namespace usher::sanitize {
namespace {

using Attributes = std::vector<chunking::HtmlAttribute>;

constexpr std::array<std::string_view, 18> kLoaders = {"img",   "image",  "iframe", "object", "embed", "video",
                                                       "audio", "source", "track",  "input",  "frame", "bgsound",
                                                       "body",  "table",  "td",     "use",    "form",  "portal"};
constexpr std::array<std::string_view, 13> kUrlAttributes = {"src",    "srcset",     "data",    "poster", "background",
                                                             "href",   "xlink:href", "dynsrc",  "lowsrc", "action",
                                                             "srcdoc", "formaction", "codebase"};

bool Contains(const auto& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// The worst of the URLs that showing or following the tag would use.
UrlVerdict WorstUrl(std::string_view name, const Attributes& attributes) {
  UrlVerdict worst;
  for (const chunking::HtmlAttribute& attribute : attributes) {
    const bool url = Contains(kUrlAttributes, attribute.name);
    const bool style = attribute.name == "style" && attribute.value.find("url(") != std::string_view::npos;
    if (!url && !style) continue;
    UrlVerdict verdict = style ? UrlVerdict{UrlRisk::kRemote, "style"} : JudgeUrl(attribute.value);
    if (attribute.name == "srcdoc") verdict = {UrlRisk::kActive, "srcdoc"};
    if (verdict.risk > worst.risk) worst = std::move(verdict);
  }
  const bool loads = Contains(kLoaders, name) || worst.host == "style";
  // A link is followed by a person, so only one that carries data or runs code is a danger.
  return loads || worst.risk >= UrlRisk::kCarriesData ? worst : UrlVerdict{};
}

std::string_view FindingName(UrlRisk risk) {
  if (risk == UrlRisk::kActive) return "loader-tags.active";
  return risk == UrlRisk::kCarriesData ? "loader-tags.data" : "loader-tags.remote";
}

// Takes out HTML tags that would make a reader's program call another host or run code; an image's description stays.
class LoaderTagsRule final : public Rule {
 public:
  std::string_view id() const override { return "loader-tags"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.less_than) return;
    chunking::HtmlToken tag;
    for (size_t at = input.text.find('<'); at < input.text.size(); at = input.text.find('<', at)) {
      const bool is_tag =
          chunking::ReadHtmlTag(input.text, at, tag) && tag.type == chunking::HtmlToken::Type::kStartTag;
      at = is_tag && Judge(input.text, tag, edits, findings) ? tag.end : at + 1;
    }
  }

 private:
  static bool Judge(std::string_view text, const chunking::HtmlToken& tag, EditList& edits, FindingLog& findings) {
    const Attributes attributes = chunking::HtmlAttributes(text.substr(tag.begin, tag.end - tag.begin));
    const UrlVerdict verdict = WorstUrl(tag.name, attributes);
    if (verdict.risk == UrlRisk::kNone) return false;
    const chunking::HtmlAttribute* alt = chunking::FindAttribute(attributes, "alt");
    const Span span{tag.begin, tag.end};
    edits.Replace(span, alt == nullptr ? std::string_view() : alt->value);
    findings.Add(FindingName(verdict.risk), Kind::kExfiltration, Action::kReplace, span, verdict.host);
    return true;
  }
};

}  // namespace

std::unique_ptr<Rule> MakeLoaderTagsRule() { return std::make_unique<LoaderTagsRule>(); }

}  // namespace usher::sanitize
