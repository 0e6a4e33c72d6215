#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/instruction_patterns.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr size_t kReach = 400;  // bytes on each side of a trigger that are looked at

bool EndsSentence(std::string_view text, size_t at) {
  const char c = text[at];
  if (c == '\n') return at + 1 < text.size() && text[at + 1] == '\n';
  return (c == '.' || c == '!' || c == '?') && at + 1 < text.size() && (text[at + 1] == ' ' || text[at + 1] == '\n');
}

Span SentenceAround(std::string_view text, size_t at) {
  size_t begin = at;
  const size_t low = at > kReach ? at - kReach : 0;
  while (begin > low && !EndsSentence(text, begin - 1)) --begin;
  size_t end = at;
  const size_t high = std::min(text.size(), at + kReach);
  while (end < high && !EndsSentence(text, end)) ++end;
  if (end < high) ++end;  // the full stop belongs to the sentence
  begin = std::min(text.find_first_not_of(" \t\r\n", chunking::FloorToCodePoint(text, begin)), at);
  return {begin, chunking::FloorToCodePoint(text, end)};
}

// Labels sentences that speak to a model. A label, not a boundary: the text stays.
class InstructionsRule final : public Rule {
 public:
  std::string_view id() const override { return "instructions"; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    const std::string_view text = input.text;
    for (size_t at = NextInstructionTrigger(text, 0); at < text.size(); at = NextInstructionTrigger(text, at)) {
      const Span sentence = SentenceAround(text, at);
      std::string_view matched;
      const std::string_view name = MatchInstruction(text.substr(sentence.begin, sentence.size()), matched);
      if (!name.empty()) {
        findings.Add(absl::StrCat("instructions.", std::string(name)), Kind::kInjection, Action::kAnnotate, sentence,
                     matched);
      }
      at = std::max(sentence.end, at + 1);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeInstructionsRule() { return std::make_unique<InstructionsRule>(); }

}  // namespace usher::sanitize
