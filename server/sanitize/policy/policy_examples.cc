// What a policy's examples say against what it does.
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/sanitize/policy/policy_file.h"
#include "server/sanitize/sanitizer.h"

namespace usher::sanitize {
namespace {

std::string Shown(std::string_view text) { return absl::StrCat("'", PrintableDetail(text), "'"); }

// Why an example fails; empty if it does not. `expect`: what it must become; `keep`: itself.
std::string WhyNot(const Sanitizer& sanitizer, const std::string& text, const std::optional<std::string>& expect,
                   bool keep) {
  const absl::StatusOr<CleanText> clean = sanitizer.Clean(text, chunking::Format::kMarkdown);
  if (!clean.ok()) return std::string(clean.status().message());
  if (keep && clean->quarantined) return "it was quarantined";
  if (keep && clean->text != text) return absl::StrCat("it became ", Shown(clean->text));
  if (expect && clean->text != *expect) {
    return absl::StrCat("it became ", Shown(clean->text), " instead of ", Shown(*expect));
  }
  if (!keep && !clean->quarantined && clean->text == text) return "it stayed as it was";
  return "";
}

}  // namespace

std::vector<ExampleOutcome> RunExamples(const Policy& policy) {
  const Sanitizer sanitizer(std::make_shared<Policy>(policy), {}, Use::kLeaving);
  std::vector<ExampleOutcome> outcomes;
  const auto add = [&](std::string name, std::string why) {
    const bool passed = why.empty();
    outcomes.push_back({std::move(name), passed, std::move(why)});
  };
  for (size_t i = 0; i < policy.must_change.size(); ++i) {
    const Policy::Example& example = policy.must_change[i];
    add(absl::StrCat("must_change[", i, "]"), WhyNot(sanitizer, example.text, example.expect, false));
  }
  for (size_t i = 0; i < policy.must_keep.size(); ++i) {
    add(absl::StrCat("must_keep[", i, "]"), WhyNot(sanitizer, policy.must_keep[i], std::nullopt, true));
  }
  return outcomes;
}

absl::Status CheckExamples(const std::string& name, const Policy& policy) {
  for (const ExampleOutcome& outcome : RunExamples(policy)) {
    if (outcome.passed) continue;
    return absl::InvalidArgumentError(absl::StrCat(name, ": examples.", outcome.name, " fails: ", outcome.why));
  }
  return absl::OkStatus();
}

}  // namespace usher::sanitize
