#include <re2/re2.h>

#include <algorithm>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/url_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMaxUrlBytes = 400;

// Where a bare URL ends: at white space or a quote, except inside brackets, which hold what is to be filled in.
size_t UrlEnd(std::string_view text, size_t at) {
  const size_t limit = std::min(text.size(), at + kMaxUrlBytes);
  int depth = 0;
  for (; at < limit; ++at) {
    const char c = text[at];
    if (c == '\n' || c == '"' || c == '`' || (c == ' ' && depth <= 0)) break;
    if (c == '<' || c == '{' || c == '[') ++depth;
    if (c == '>' || c == '}' || c == ']') --depth;
    if (depth < 0 || (c == ')' && depth == 0)) break;
  }
  return at;
}

// True for "...?ctx=the last question": a query whose value is spelled out in words.
bool AsksForWords(std::string_view text, size_t begin, size_t end) {
  static const RE2 kPattern(
      R"((?i)[?&][\w-]+=(?:the|your|my|all|every|full|entire|this|user'?s?)\s+(?:full|last|whole|entire|current|previous|user|chat|conversation|system|secret|summary|content|question|message|prompt|key|token|password|data))");
  const size_t line_end = std::min(text.find('\n', end), std::min(text.size(), end + 80));
  const std::string_view window = text.substr(begin, line_end - begin);
  return RE2::PartialMatch({window.data(), window.size()}, kPattern);
}

// Takes bare URLs that ask for what the reader knows down to their host: renderers make links of them, and agents fetch
// them. Others stay.
class BareUrlsRule final : public Rule {
 public:
  explicit BareUrlsRule(HostList trusted) : trusted_(std::move(trusted)) {}

  std::string_view id() const override { return "bare-urls"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.colons) return;
    const std::string_view text = input.text;
    for (size_t at = text.find("://"); at < text.size(); at = text.find("://", at)) {
      size_t begin = at;
      while (begin > 0 && at - begin < 10 && chunking::IsLetterAscii(text[begin - 1])) --begin;
      const size_t end = chunking::FloorToCodePoint(text, std::max(UrlEnd(text, at), at + 3));
      const std::string_view url = text.substr(begin, end - begin);
      // Templates such as ?page={n} are everyday documentation; without a query nothing is carried.
      if (begin < at && url.find_first_of("?=", 3) != std::string_view::npos) {
        const UrlVerdict verdict = JudgeUrl(url, trusted_);
        if (!verdict.trusted && (verdict.asks || AsksForWords(text, begin, end))) {
          edits.Replace({begin, end}, verdict.host);
          findings.Add(id(), Kind::kExfiltration, Action::kReplace, {begin, end}, verdict.host);
        }
      }
      at = end;
    }
  }

 private:
  const HostList trusted_;
};

}  // namespace

std::unique_ptr<Rule> MakeBareUrlsRule(HostList trusted) { return std::make_unique<BareUrlsRule>(std::move(trusted)); }

}  // namespace usher::sanitize
