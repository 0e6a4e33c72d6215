#include "server/sanitize/policy/policy.h"

#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "server/sanitize/personal/personal_detector.h"

namespace usher::sanitize {
namespace {

// With its length in front no value can run into the next.
void Append(std::string_view name, std::string_view value, std::string& text) {
  absl::StrAppend(&text, std::string(name), "=", value.size(), ":", std::string(value), "\n");
}

}  // namespace

std::map<PersonalType, Action> Policy::DefaultPersonal() {
  std::map<PersonalType, Action> types;
  for (const PersonalType type : PersonalDataDetector::Options().types) types[type] = Action::kAnnotate;
  return types;
}

std::string Policy::Canonical() const {
  std::string text;
  for (const std::string& host : allow_hosts.entries()) Append("host", host, text);
  Append("injection", ActionName(injection), text);
  Append("threshold", absl::StrCat(injection_threshold), text);
  Append("hidden", ActionName(hidden), text);
  Append("secrets", ActionName(secrets), text);
  Append("certain_only", certain_secrets_only ? "1" : "0", text);
  for (const auto& [type, action] : personal) Append(PersonalTypeName(type), ActionName(action), text);
  for (const std::string& region : phone_regions.codes()) Append("region", region, text);
  for (const std::string& canary : canaries) Append("canary", canary, text);
  Append("external_detectors", external_detectors ? "1" : "0", text);
  return text;
}

}  // namespace usher::sanitize
