#include "server/sanitize/injection/injection_rule.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize::injection {
namespace {

class InjectionRule final : public Rule {
 public:
  explicit InjectionRule(std::shared_ptr<const InjectionDetector> detector) : detector_(std::move(detector)) {}

  std::string_view id() const override { return "injection"; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    for (const Hit& hit : detector_->Judge(input.text, input.format).hits) {
      const std::string_view sentence = input.text.substr(hit.span.begin, hit.span.size());
      const std::string_view shown = sentence.substr(0, chunking::FloorToCodePoint(sentence, kMaxDetailBytes));
      findings.Add(absl::StrCat("injection.", std::string(hit.rule)), Kind::kInjection, Action::kAnnotate, hit.span,
                   absl::StrFormat("%.2f: %s", hit.score, std::string(shown)));
    }
  }

 private:
  std::shared_ptr<const InjectionDetector> detector_;
};

}  // namespace

std::unique_ptr<Rule> MakeInjectionRule(std::shared_ptr<const InjectionDetector> detector) {
  return std::make_unique<InjectionRule>(std::move(detector));
}

}  // namespace usher::sanitize::injection
