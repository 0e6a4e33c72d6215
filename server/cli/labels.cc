#include "server/cli/labels.h"

#include <cstdint>
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

std::string NamesIn(const nlohmann::json& object, const char* field) {
  return absl::StrJoin(object.value(field, std::vector<std::string>()), ", ");
}

}  // namespace

std::string Label(absl::string_view constant, absl::string_view prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(absl::StripPrefix(constant, prefix)), {{"_", " "}});
}

std::string Constant(absl::string_view word, absl::string_view prefix) {
  std::string constant = absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{" ", "_"}, {"-", "_"}});
  return absl::StartsWith(constant, prefix) ? constant : absl::StrCat(prefix, constant);
}

std::string LabelText(const nlohmann::json& label) {
  std::vector<std::string> parts;
  if (const uint32_t level = label.value("level", 0u); level > 0) parts.push_back(absl::StrCat("level ", level));
  if (const std::string names = NamesIn(label, "compartments"); !names.empty()) {
    parts.push_back(absl::StrCat("compartments ", names));
  }
  if (const std::string names = NamesIn(label, "purposes"); !names.empty()) {
    parts.push_back(absl::StrCat("for ", names, " only"));
  }
  return absl::StrJoin(parts, ", ");
}

std::string PolicyLine(const nlohmann::json& policy) {
  std::vector<std::string> parts;
  for (const auto& rule : policy.value("rules", nlohmann::json::array())) parts.push_back(RuleText(rule));
  const std::string inheritance = policy.value("inheritance", "INHERITANCE_UNSPECIFIED");
  const bool stated = inheritance != "INHERITANCE_UNSPECIFIED";
  if (parts.empty()) parts.emplace_back("no rules");
  if (policy.contains("label")) {
    if (const std::string label = LabelText(policy.at("label")); !label.empty()) parts.push_back("label " + label);
  }
  for (const char* field : {"ceiling", "owners"}) {
    if (const std::string names = NamesIn(policy, field); !names.empty()) {
      parts.push_back(absl::StrCat(field, " ", names));
    }
  }
  return absl::StrCat(stated ? Label(inheritance, "INHERITANCE_") + ": " : "", absl::StrJoin(parts, "; "));
}

}  // namespace usher::cli
