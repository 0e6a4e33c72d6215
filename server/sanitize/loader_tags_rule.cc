#include <algorithm>
#include <array>

#include "index/chunking/ascii.h"
#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/hidden_style.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/url_judge.h"

namespace usher::sanitize {
namespace {

using Attributes = std::vector<chunking::HtmlAttribute>;

constexpr std::array<std::string_view, 18> kLoaders = {"img",   "image",  "iframe", "object", "embed", "video",
                                                       "audio", "source", "track",  "input",  "frame", "bgsound",
                                                       "body",  "table",  "td",     "use",    "form",  "portal"};
constexpr std::array<std::string_view, 14> kUrlAttributes = {"src",    "srcset",     "data",     "poster", "background",
                                                             "href",   "xlink:href", "dynsrc",   "lowsrc", "action",
                                                             "srcdoc", "formaction", "codebase", "ping"};

bool Contains(const auto& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// The address inside "url(...)", the first of several.
UrlVerdict JudgeStyle(std::string_view style) {
  const size_t open = style.find("url(") + 4;
  std::string_view url = style.substr(open, style.find(')', open) - open);
  url = url.substr(std::min(url.find_first_not_of(" \t\"'"), url.size()));
  const UrlVerdict verdict = JudgeUrl(url);
  return {std::max(verdict.risk, UrlRisk::kRemote), verdict.host.empty() ? "style" : verdict.host};
}

// Tags that show what lies at a fixed address, which takes nothing along.
bool OnlyShows(std::string_view name) {
  static constexpr std::array<std::string_view, 8> kNames = {"img",   "image", "source", "video",
                                                             "audio", "track", "input",  "picture"};
  return Contains(kNames, name);
}

// Too small to be looked at: its loading is all that it is for.
bool IsPixel(const Attributes& attributes) {
  for (const std::string_view side : {"width", "height"}) {
    const chunking::HtmlAttribute* size = chunking::FindAttribute(attributes, side);
    if (size == nullptr) continue;
    const std::string_view digits = chunking::TrimAscii(size->value);
    if (digits.substr(0, 1) == "0" || digits == "1" || digits == "1px" || digits == "2") return true;
  }
  return ElementHides("img", attributes, false);
}

// The worst of the URLs that showing or following the tag would use.
UrlVerdict WorstUrl(const Attributes& attributes, const HostList& trusted) {
  UrlVerdict worst;
  for (const chunking::HtmlAttribute& attribute : attributes) {
    const bool url = Contains(kUrlAttributes, attribute.name);
    const bool style = attribute.name == "style" && attribute.value.find("url(") != std::string_view::npos;
    if (!url && !style) continue;
    UrlVerdict verdict = style ? JudgeStyle(attribute.value) : JudgeUrl(attribute.value, trusted);
    if (attribute.name == "srcdoc") verdict = {UrlRisk::kActive, "srcdoc"};
    // A page that shows the rest of itself calls a host of its own accord.
    if ((style || attribute.name == "ping") && verdict.risk == UrlRisk::kRemote) verdict.risk = UrlRisk::kCarriesData;
    if (verdict.risk > worst.risk) worst = std::move(verdict);
  }
  return worst;
}

bool IsDangerous(std::string_view name, const Attributes& attributes, const UrlVerdict& worst) {
  if (worst.risk != UrlRisk::kRemote) return worst.risk > UrlRisk::kRemote;
  // A link is followed by a person, so only one that carries data or runs code is a danger.
  return Contains(kLoaders, name) && (!OnlyShows(name) || IsPixel(attributes));
}

std::string_view FindingName(UrlRisk risk) {
  if (risk == UrlRisk::kActive) return "loader-tags.active";
  return risk == UrlRisk::kRemote ? "loader-tags.remote" : "loader-tags.data";
}

// Takes out HTML tags that would make a reader's program call another host or run code; an image's description stays.
class LoaderTagsRule final : public Rule {
 public:
  explicit LoaderTagsRule(HostList trusted) : trusted_(std::move(trusted)) {}

  std::string_view id() const override { return "loader-tags"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.less_than) return;
    chunking::HtmlTagReader tags(input.text);
    chunking::HtmlToken tag;
    for (size_t at = input.text.find('<'); at < input.text.size(); at = input.text.find('<', at)) {
      const bool is_tag = tags.Read(at, tag) && tag.type == chunking::HtmlToken::Type::kStartTag;
      at = is_tag && Judge(input.text, tag, edits, findings) ? tag.end : at + 1;
    }
  }

 private:
  bool Judge(std::string_view text, const chunking::HtmlToken& tag, EditList& edits, FindingLog& findings) const {
    const Attributes attributes = chunking::HtmlAttributes(text.substr(tag.begin, tag.end - tag.begin));
    const UrlVerdict verdict = WorstUrl(attributes, trusted_);
    const Span span{tag.begin, tag.end};
    if (verdict.risk == UrlRisk::kNone) return false;
    if (!IsDangerous(tag.name, attributes, verdict) &&
        !(Contains(kLoaders, tag.name) && WordsAskToFillIn(text, span))) {
      return false;
    }
    const chunking::HtmlAttribute* alt = chunking::FindAttribute(attributes, "alt");
    edits.Replace(span, alt == nullptr ? std::string_view() : alt->value);
    findings.Add(FindingName(verdict.risk), Kind::kExfiltration, Action::kReplace, span, verdict.host);
    return true;
  }

  const HostList trusted_;
};

}  // namespace

std::unique_ptr<Rule> MakeLoaderTagsRule(HostList trusted) {
  return std::make_unique<LoaderTagsRule>(std::move(trusted));
}

}  // namespace usher::sanitize
