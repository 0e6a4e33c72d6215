#include "server/cli/labels.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace usher::cli {
namespace {

std::string RuleText(const nlohmann::json& rule) {
  const std::vector<std::string> subjects = rule.value("subjects", std::vector<std::string>());
  std::string text = absl::StrCat(Label(rule.value("effect", ""), "EFFECT_"), " ", absl::StrJoin(subjects, ", "));
  if (rule.contains("not_before")) absl::StrAppend(&text, " from ", std::string(rule.at("not_before")));
  if (rule.contains("expire_time")) absl::StrAppend(&text, " until ", std::string(rule.at("expire_time")));
  return text;
}

}  // namespace

std::string Label(absl::string_view constant, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StripPrefix(constant, prefix)), {{"_", " "}});
}

std::string Constant(absl::string_view word, absl::string_view prefix) {
  std::string constant = absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{" ", "_"}, {"-", "_"}});
  return absl::StartsWith(constant, prefix) ? constant : absl::StrCat(prefix, constant);
}

std::string PolicyLine(const nlohmann::json& policy) {
  std::vector<std::string> rules;
  for (const auto& rule : policy.value("rules", nlohmann::json::array())) rules.push_back(RuleText(rule));
  const std::string inheritance = policy.value("inheritance", "INHERITANCE_UNSPECIFIED");
  const bool stated = inheritance != "INHERITANCE_UNSPECIFIED";
  if (rules.empty()) return stated ? Label(inheritance, "INHERITANCE_") + ", no rules" : "no rules";
  return absl::StrCat(stated ? Label(inheritance, "INHERITANCE_") + ": " : "", absl::StrJoin(rules, "; "));
}

}  // namespace usher::cli
