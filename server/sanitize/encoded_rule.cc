#include "absl/strings/str_cat.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

// Points out text that a person would have to decode first, and says what it reads. It stays: it may be data.
class EncodedRule final : public Rule {
 public:
  std::string_view id() const override { return "encoded"; }
  bool late() const override { return true; }

  void Inspect(const RuleInput& input, EditList&, FindingLog& findings) const override {
    if (input.format == chunking::Format::kHtml) return;  // its text is looked at once the markup is gone
    for (const Decoded& found : input.Payloads()) {
      if (!found.certain) continue;
      findings.Add(id(), Kind::kHidden, Action::kAnnotate, found.span, absl::StrCat(found.how, ": ", found.text));
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeEncodedRule() { return std::make_unique<EncodedRule>(); }

}  // namespace usher::sanitize
