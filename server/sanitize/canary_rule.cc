#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr char kStandIn[] = "[CANARY]";

// Notices strings that were planted to be noticed, in any case of ASCII letters and also where they are encoded. Names
// them by number: whoever knows a canary can avoid it.
class CanaryRule final : public Rule {
 public:
  CanaryRule(std::vector<std::string> canaries, Action action) : canaries_(std::move(canaries)), action_(action) {
    for (std::string& canary : canaries_) canary = chunking::LowerAscii(canary);
  }

  std::string_view id() const override { return "canary"; }
  bool late() const override { return true; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    const std::string text = chunking::LowerAscii(input.text);
    std::vector<std::string> payloads;
    for (const Decoded& payload : input.Payloads()) payloads.push_back(chunking::LowerAscii(payload.text));
    for (size_t i = 0; i < canaries_.size(); ++i) {
      const std::string& canary = canaries_[i];
      const std::string name = absl::StrCat("canary number ", i + 1);
      const auto report = [&](std::string_view rule, Span span) {
        findings.Add(rule, Kind::kCanary, action_, span, name);
        if (action_ == Action::kReplace) edits.Replace(span, kStandIn);
      };
      for (size_t at = text.find(canary); at != std::string::npos; at = text.find(canary, at + canary.size())) {
        report(id(), {at, at + canary.size()});
      }
      for (size_t p = 0; p < payloads.size(); ++p) {
        if (payloads[p].find(canary) != std::string::npos) report("canary.encoded", input.Payloads()[p].span);
      }
    }
  }

 private:
  std::vector<std::string> canaries_;  // in lower case; none is empty
  const Action action_;
};

}  // namespace

std::unique_ptr<Rule> MakeCanaryRule(std::vector<std::string> canaries, Action action) {
  return std::make_unique<CanaryRule>(std::move(canaries), action);
}

}  // namespace usher::sanitize
