#include "acl/delegation.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

bool Includes(const std::vector<std::string>& sorted, const std::vector<std::string>& sorted_part) {
  return std::includes(sorted.begin(), sorted.end(), sorted_part.begin(), sorted_part.end());
}

bool IsWithin(const GroupGraph& groups, std::string_view subject, const std::vector<std::string>& ceiling) {
  const auto named = [&](std::string_view name) {
    return std::find(ceiling.begin(), ceiling.end(), name) != ceiling.end();
  };
  if (named(kEveryone)) return true;
  absl::flat_hash_set<std::string_view> seen = {subject};
  std::vector<std::string_view> pending = {subject};
  while (!pending.empty()) {
    const std::string_view next = pending.back();
    pending.pop_back();
    if (named(next)) return true;
    for (const std::string_view group : groups.DirectGroups(next)) {
      if (seen.insert(group).second) pending.push_back(group);
    }
  }
  return false;
}

absl::Status CheckCeiling(const GroupGraph& groups, const std::vector<Rule>& rules, const Policy& limit) {
  if (limit.ceiling.empty()) return absl::OkStatus();
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].effect != Effect::kAllow) continue;
    for (const std::string& subject : rules[i].subjects) {
      if (IsWithin(groups, subject, limit.ceiling)) continue;
      return absl::PermissionDeniedError(absl::StrCat("rules[", i, "] allows ", subject,
                                                      ", who is beyond the ceiling that an administrator has set on "
                                                      "this node or above it"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool Narrows(const Label& label, const Label& current) {
  if (label.level < current.level || !Includes(label.compartments, current.compartments)) return false;
  return current.purposes.empty() || (!label.purposes.empty() && Includes(current.purposes, label.purposes));
}

absl::StatusOr<Policy> DelegatedPolicy(const GroupGraph& groups, Policy wanted, const Policy& current,
                                       absl::Span<const Policy* const> above) {
  if (!wanted.owners.empty() && wanted.owners != current.owners) {
    return absl::PermissionDeniedError("owners are set by administrators; leave them out to keep those there are");
  }
  if (!wanted.ceiling.empty() && wanted.ceiling != current.ceiling) {
    return absl::PermissionDeniedError("a ceiling is set by administrators; leave it out to keep the one there is");
  }
  if (!wanted.label.empty() && !Narrows(wanted.label, current.label)) {
    return absl::PermissionDeniedError(
        "the label asks for less than the one there is; only administrators may do that");
  }
  wanted.owners = current.owners;
  wanted.ceiling = current.ceiling;
  if (wanted.label.empty()) wanted.label = current.label;
  if (absl::Status status = CheckCeiling(groups, wanted.rules, current); !status.ok()) return status;
  for (const Policy* policy : above) {
    if (absl::Status status = CheckCeiling(groups, wanted.rules, *policy); !status.ok()) return status;
  }
  return wanted;
}

Policy KeepBreakGlass(Policy wanted, const Policy& current, absl::Time now) {
  std::erase_if(wanted.rules, [](const Rule& rule) { return rule.effect == Effect::kBreakGlass; });
  // Break-glass rules come last in the canonical order, and those kept are in order already.
  for (const Rule& rule : current.rules) {
    if (rule.effect == Effect::kBreakGlass && rule.StateAt(now) != RuleState::kExpired) wanted.rules.push_back(rule);
  }
  return wanted;
}

}  // namespace usher::acl
