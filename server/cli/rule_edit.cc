#include "server/cli/rule_edit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/cli/exit_code.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kAllow[] = "EFFECT_ALLOW";
constexpr char kDeny[] = "EFFECT_DENY";

bool IsStated(const json& policy) {
  return policy.value("inheritance", "INHERITANCE_UNSPECIFIED") != "INHERITANCE_UNSPECIFIED";
}

bool HasAllowRule(const json& policy) {
  const json rules = policy.value("rules", json::array());
  return std::any_of(rules.begin(), rules.end(), [](const json& rule) { return rule.value("effect", "") == kAllow; });
}

// Empty when the rules are to last.
absl::StatusOr<std::string> ExpireTime(const RuleOptions& options, absl::Time now) {
  if (options.expires.empty() && options.duration.empty()) return std::string();
  absl::Time at;
  if (!options.expires.empty()) {
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, options.expires, &at, &error)) {
      return UsageError(absl::StrCat("--expires `", options.expires, "` is not a time like 2027-01-31T18:00:00Z"));
    }
  } else {
    absl::Duration duration;
    if (!absl::ParseDuration(options.duration, &duration)) {
      return UsageError(absl::StrCat("--for `", options.duration, "` is not a duration like 2h or 90m"));
    }
    at = now + duration;
  }
  if (at <= now) return UsageError("the rules would expire at once; choose a time in the future");
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", at, absl::UTCTimeZone());
}

void RemoveSubject(const char* effect, const std::string& subject, json& rules, bool& found) {
  for (json& rule : rules) {
    if (rule.value("effect", "") != effect) continue;
    json kept = json::array();
    for (const json& other : rule.at("subjects")) {
      if (other != subject) kept.push_back(other);
    }
    found = found || kept.size() != rule.at("subjects").size();
    rule["subjects"] = std::move(kept);
  }
}

absl::Status RemoveAll(const char* effect, const std::vector<std::string>& subjects, json& rules) {
  for (const std::string& subject : subjects) {
    bool found = false;
    RemoveSubject(effect, subject, rules, found);
    if (!found) {
      return absl::NotFoundError(
          absl::StrCat("no ", effect == kAllow ? "allow" : "deny", " rule names ", subject, "; nothing was changed"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddSubjectOptions(CLI::App& command, RuleOptions& options) {
  command.add_option("--allow", options.allow, "Subjects that may read: user:ID, service:ID, group:ID or everyone")
      ->delimiter(',')
      ->type_name("SUBJECT,...")
      ->allow_extra_args(false);
  command.add_option("--deny", options.deny, "Subjects that may not read, whatever else allows them")
      ->delimiter(',')
      ->type_name("SUBJECT,...")
      ->allow_extra_args(false);
}

void AddExpiryOptions(CLI::App& command, RuleOptions& options) {
  auto* expires = command.add_option("--expires", options.expires, "When the rules end, e.g. 2027-01-31T18:00:00Z");
  command.add_option("--for", options.duration, "How long the rules last, e.g. 2h")->excludes(expires);
}

void AddInheritanceOptions(CLI::App& command, RuleOptions& options) {
  auto* inherit = command.add_flag("--inherit", options.inherit, "Who may read the parent may read this");
  auto* restrict_readers = command.add_flag("--restrict", options.restrict_readers,
                                            "Only who may read the parent and is allowed here as well");
  auto* replace = command.add_flag("--replace", options.replace, "Who is allowed here, whatever the parent allows");
  restrict_readers->excludes(inherit);
  replace->excludes(inherit)->excludes(restrict_readers);
}

absl::StatusOr<json> MakePolicy(const RuleOptions& options, absl::Time now) {
  json policy = {{"rules", json::array()}};
  if (options.inherit) policy["inheritance"] = "INHERITANCE_INHERIT";
  if (options.restrict_readers) policy["inheritance"] = "INHERITANCE_RESTRICT";
  if (options.replace) policy["inheritance"] = "INHERITANCE_REPLACE";
  if (auto added = AddSubjects(options, now, policy); !added.ok()) return added;
  return policy;
}

absl::Status AddSubjects(const RuleOptions& options, absl::Time now, json& policy) {
  auto expire_time = ExpireTime(options, now);
  if (!expire_time.ok()) return expire_time.status();
  const auto add = [&](const char* effect, const std::vector<std::string>& subjects) {
    if (subjects.empty()) return;
    json rule = {{"effect", effect}, {"subjects", subjects}};
    if (!expire_time->empty()) rule["expire_time"] = *expire_time;
    policy["rules"].push_back(std::move(rule));
  };
  add(kAllow, options.allow);
  add(kDeny, options.deny);
  return absl::OkStatus();
}

absl::Status RemoveSubjects(const RuleOptions& options, json& policy) {
  json rules = policy.value("rules", json::array());
  if (auto removed = RemoveAll(kAllow, options.allow, rules); !removed.ok()) return removed;
  if (auto removed = RemoveAll(kDeny, options.deny, rules); !removed.ok()) return removed;
  json kept = json::array();
  for (json& rule : rules) {
    if (!rule.at("subjects").empty()) kept.push_back(std::move(rule));
  }
  const bool had_allow = HasAllowRule(policy);
  policy["rules"] = std::move(kept);
  if (had_allow && !HasAllowRule(policy) && !IsStated(policy)) policy["inheritance"] = "INHERITANCE_REPLACE";
  return absl::OkStatus();
}

}  // namespace usher::cli
