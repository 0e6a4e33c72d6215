#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/injection/injection_detector.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

// Labels sentences that speak to a model, or takes them out. A label, not a boundary.
class InjectionRule final : public Rule {
 public:
  InjectionRule(Action action, double threshold) : action_(action), threshold_(threshold) {}

  std::string_view id() const override { return "injection"; }
  bool late() const override { return true; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    const injection::Judgement judgement =
        injection::InjectionDetector::Shipped().Judge(input.text, input.Payloads(), threshold_);
    findings.NoteScore(judgement.score);
    for (const injection::Hit& hit : judgement.hits) {
      const std::string_view sentence =
          hit.decoded.empty() ? input.text.substr(hit.span.begin, hit.span.size()) : std::string_view(hit.decoded);
      const std::string_view shown = sentence.substr(0, chunking::FloorToCodePoint(sentence, kMaxDetailBytes));
      findings.Add(absl::StrCat("injection.", std::string(hit.rule)), Kind::kInjection, action_, hit.span,
                   absl::StrFormat("%.2f: %s", hit.score, std::string(shown)));
      if (action_ == Action::kRemove) edits.Remove(hit.span);
    }
  }

 private:
  const Action action_;
  const double threshold_;
};

}  // namespace

std::unique_ptr<Rule> MakeInjectionRule(Action action, double threshold) {
  return std::make_unique<InjectionRule>(action, threshold);
}

}  // namespace usher::sanitize
