#include "server/cli/policy_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

std::vector<std::string> Names(const json& object, const char* field) {
  return object.value(field, std::vector<std::string>());
}

void PrintRules(const json& rules, Output& out) {
  Table table({{.title = "EFFECT"}, {.title = "SUBJECT", .flexible = true}, {.title = "FROM"}, {.title = "UNTIL"}});
  for (const json& rule : rules) {
    for (const std::string& subject : Names(rule, "subjects")) {
      table.AddRow({Label(rule.value("effect", ""), "EFFECT_"), subject, rule.value("not_before", ""),
                    rule.value("expire_time", "")});
    }
  }
  out.Print(table);
}

}  // namespace

void PrintPolicy(const std::string& resource, const json& policy, const std::string& source, Output& out) {
  const std::string inheritance = policy.value("inheritance", "INHERITANCE_UNSPECIFIED");
  const json rules = policy.value("rules", json::array());
  const bool stated = inheritance != "INHERITANCE_UNSPECIFIED";
  out.Line(absl::StrCat(ShortName(resource), stated ? ": " + Label(inheritance, "INHERITANCE_") : "",
                        rules.empty() ? ": no rules of its own" : "",
                        source.empty() ? "" : absl::StrCat(" (from source ", source, ")")));
  if (!rules.empty()) PrintRules(rules, out);
  if (policy.contains("label")) {
    if (const std::string label = LabelText(policy.at("label")); !label.empty()) out.Line("label: " + label);
  }
  for (const char* field : {"ceiling", "owners"}) {
    const auto names = Names(policy, field);
    if (!names.empty()) out.Line(absl::StrCat(field, ": ", absl::StrJoin(names, ", ")));
  }
}

void WarnOfUnknownSubjects(const json& answer, Output& out) {
  const auto unknown = Names(answer, "unknown_subjects");
  if (unknown.empty()) return;
  out.Note(absl::StrCat("warning: no membership and no clearance names ", absl::StrJoin(unknown, ", "),
                        "; is that misspelt? A deny rule for a group without members denies nobody"));
}

}  // namespace usher::cli
