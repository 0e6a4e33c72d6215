#include <unordered_map>

#include "index/chunking/ascii.h"
#include "server/sanitize/markdown_links.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/unseen_text.h"
#include "server/sanitize/url_judge.h"

namespace usher::sanitize {
namespace {

std::string_view FindingName(UrlRisk risk) {
  return risk == UrlRisk::kActive ? "markdown-links.active" : "markdown-links.data";
}

// "destination 'title'" without the title. A title needs a quote behind white space; other spaces belong to a
// destination that a model is meant to fill in.
std::string_view WithoutTitle(std::string_view destination) {
  destination = chunking::TrimAscii(destination);
  for (const std::string_view quote : {" \"", " '", " ("}) {
    const size_t at = destination.find(quote);
    if (at != std::string_view::npos && destination.size() > at + 2) destination = destination.substr(0, at);
  }
  return chunking::TrimAscii(destination);
}

// Definitions that link nowhere render as nothing: Markdown's idiom for comments.
bool IsComment(const MarkdownDefinition& definition) {
  const bool nowhere = definition.destination == "#" || definition.destination == "<>" || definition.label == "//" ||
                       definition.label == "comment";
  return nowhere && !definition.title.empty();
}

// Takes the address out of images and links that carry data or run code. The words in the brackets stay, and so do
// ordinary links and images: a fixed address takes nothing along. Code is treated like text, because a model's reader
// does not know where its words came from.
class MarkdownLinksRule final : public Rule {
 public:
  explicit MarkdownLinksRule(HostList trusted) : trusted_(std::move(trusted)) {}

  std::string_view id() const override { return "markdown-links"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (input.format == chunking::Format::kHtml || !input.features.brackets) return;
    const MarkdownLinks found = FindMarkdownLinks(input.text);
    std::unordered_map<std::string, UrlVerdict> references;
    for (const MarkdownDefinition& definition : found.definitions) {
      UrlVerdict verdict = JudgeUrl(definition.destination, trusted_);
      JudgeDefinition(input, definition, verdict, edits, findings);
      references.emplace(definition.label, std::move(verdict));  // the first of equal labels counts
    }
    for (const MarkdownLink& link : found.links) JudgeLink(input, link, references, edits, findings);
  }

 private:
  static void JudgeDefinition(const RuleInput& input, const MarkdownDefinition& definition, const UrlVerdict& verdict,
                              EditList& edits, FindingLog& findings) {
    if (verdict.risk >= UrlRisk::kTemplate) {
      edits.Remove(definition.span);
      findings.Add(FindingName(verdict.risk), Kind::kExfiltration, Action::kRemove, definition.span, verdict.host);
      return;
    }
    const bool comment = IsComment(definition);
    const bool unseen = comment && input.format == chunking::Format::kMarkdown;
    if (unseen) edits.Remove(definition.span);
    if (comment ? IsHousekeeping(definition.title) : !SpeaksToReader(definition.title)) return;
    findings.Add(comment ? "markdown-links.comment" : "markdown-links.title", Kind::kHidden,
                 unseen ? Action::kRemove : Action::kAnnotate, definition.span, definition.title);
  }

  void JudgeLink(const RuleInput& input, const MarkdownLink& link,
                 const std::unordered_map<std::string, UrlVerdict>& references, EditList& edits,
                 FindingLog& findings) const {
    const Span whole{link.open.begin, link.target.end};
    if (link.form == MarkdownLink::Form::kUnread) {
      edits.Replace(link.target, "] (");
      return findings.Add("markdown-links.unread", Kind::kExfiltration, Action::kReplace, link.target, "");
    }
    UrlVerdict verdict;
    if (link.form == MarkdownLink::Form::kReference) {
      const auto found = references.find(link.destination);
      if (found != references.end()) verdict = found->second;
    } else {
      verdict = JudgeUrl(WithoutTitle(link.destination), trusted_);
    }
    const bool filled_in = verdict.risk == UrlRisk::kRemote && link.image && WordsAskToFillIn(input.text, whole);
    if (verdict.risk < UrlRisk::kTemplate && !filled_in) return JudgeWords(input, link, findings);
    edits.Remove(link.open);
    edits.Remove(link.target);
    findings.Add(FindingName(verdict.risk), Kind::kExfiltration, Action::kReplace, whole, verdict.host);
  }

  // Points out orders in an image's description or in a title, which a page does not show.
  static void JudgeWords(const RuleInput& input, const MarkdownLink& link, FindingLog& findings) {
    const Span words{link.open.end, link.target.begin};
    const std::string_view description = input.text.substr(words.begin, words.size());
    if (link.image && SpeaksToReader(description)) {
      findings.Add("markdown-links.description", Kind::kHidden, Action::kAnnotate, words, description);
    }
    const size_t title =
        link.form == MarkdownLink::Form::kInline ? link.destination.find_first_of("\"'(") : std::string::npos;
    if (title != std::string::npos && SpeaksToReader(std::string_view(link.destination).substr(title + 1))) {
      findings.Add("markdown-links.title", Kind::kHidden, Action::kAnnotate, link.target,
                   link.destination.substr(title));
    }
  }

  const HostList trusted_;
};

}  // namespace

std::unique_ptr<Rule> MakeMarkdownLinksRule(HostList trusted) {
  return std::make_unique<MarkdownLinksRule>(std::move(trusted));
}

}  // namespace usher::sanitize
