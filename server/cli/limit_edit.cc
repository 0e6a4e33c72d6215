#include "server/cli/limit_edit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr uint32_t kHighestLevel = 255;

json& ListIn(json& object, const char* field) {
  if (!object.contains(field)) object[field] = json::array();
  return object[field];
}

json LabelOf(const json& policy) { return policy.value("label", json::object()); }

void PutLabel(json label, json& policy) {
  policy.erase("label");
  if (!label.empty()) policy["label"] = std::move(label);
}

void Replace(const std::vector<std::string>& names, const char* field, json& object) {
  if (!names.empty()) object[field] = names;
}

void Append(const std::vector<std::string>& names, const char* field, json& object) {
  if (names.empty()) return;
  json& list = ListIn(object, field);
  for (const std::string& name : names) {
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  }
}

absl::Status Remove(const std::vector<std::string>& names, const char* field, absl::string_view what, json& object) {
  for (const std::string& name : names) {
    json& list = ListIn(object, field);
    const auto at = std::find(list.begin(), list.end(), name);
    if (at == list.end()) {
      return absl::NotFoundError(absl::StrCat("the ", what, " do not name ", name, "; nothing was changed"));
    }
    list.erase(at);
  }
  return absl::OkStatus();
}

absl::Status RemoveButLast(const std::vector<std::string>& names, const char* field, absl::string_view what,
                           absl::string_view instead, json& object) {
  if (auto removed = Remove(names, field, what, object); !removed.ok()) return removed;
  if (names.empty() || !object[field].empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("these are the last of the ", what,
                                                    ", and without any there is no limit; to lift it say ", instead,
                                                    ". Nothing was changed"));
}

void AddList(CLI::App& command, const std::string& name, std::vector<std::string>& list, const std::string& help) {
  command.add_option(name, list, help)->delimiter(',')->type_name("NAME,...")->allow_extra_args(false);
}

}  // namespace

bool LimitOptions::any() const {
  return level || !compartments.empty() || !purposes.empty() || no_label || for_administrators();
}

void AddLevelOption(CLI::App& command, LimitOptions& options) {
  command.add_option("--level", options.level, "Level of the label: the clearance that reading takes, 0 to 255")
      ->check(CLI::Range(0u, kHighestLevel));
}

void AddLimitListOptions(CLI::App& command, LimitOptions& options) {
  AddList(command, "--compartment", options.compartments, "Compartments of the label: readers must be in all of them");
  AddList(command, "--purpose", options.purposes, "Purposes of the label: questions must state one of them");
  AddList(command, "--ceiling", options.ceiling, "Subjects beyond whom nobody reads, whatever rules say");
  AddList(command, "--owner", options.owners, "Principals and groups that manage this and what is below it");
}

void AddNoLimitOptions(CLI::App& command, LimitOptions& options) {
  command.add_flag("--no-label", options.no_label, "Lift the whole label");
  command.add_flag("--no-ceiling", options.no_ceiling, "Lift the whole ceiling");
}

void SetLimits(const LimitOptions& options, json& policy) {
  json label = LabelOf(policy);
  if (options.level) label["level"] = *options.level;
  Replace(options.compartments, "compartments", label);
  Replace(options.purposes, "purposes", label);
  PutLabel(std::move(label), policy);
  Replace(options.ceiling, "ceiling", policy);
  Replace(options.owners, "owners", policy);
}

void AddLimits(const LimitOptions& options, json& policy) {
  json label = LabelOf(policy);
  if (options.level) label["level"] = *options.level;
  Append(options.compartments, "compartments", label);
  Append(options.purposes, "purposes", label);
  PutLabel(std::move(label), policy);
  Append(options.ceiling, "ceiling", policy);
  Append(options.owners, "owners", policy);
}

absl::Status RemoveLimits(const LimitOptions& options, json& policy) {
  json edited = policy;
  if (options.no_label) edited.erase("label");
  if (options.no_ceiling) edited.erase("ceiling");
  json label = LabelOf(edited);
  for (const absl::Status& removed :
       {Remove(options.compartments, "compartments", "compartments", label),
        RemoveButLast(options.purposes, "purposes", "purposes", "--no-label", label),
        RemoveButLast(options.ceiling, "ceiling", "subjects of the ceiling", "--no-ceiling", edited),
        Remove(options.owners, "owners", "owners", edited)}) {
    if (!removed.ok()) return removed;
  }
  PutLabel(std::move(label), edited);
  policy = std::move(edited);
  return absl::OkStatus();
}

}  // namespace usher::cli
