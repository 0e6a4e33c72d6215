#include "acl/check.h"

#include <algorithm>
#include <vector>

#include "acl/names.h"

namespace usher::acl {

Checker::Checker(const GroupGraph& groups, std::string_view principal, absl::Time now)
    : principal_(principal), now_(now) {
  if (!ValidatePrincipal(principal).ok()) return;
  groups_ = {kEveryone};
  std::vector<std::string_view> pending = groups.DirectGroups(principal);
  while (!pending.empty()) {
    const std::string_view group = pending.back();
    pending.pop_back();
    if (!groups_.insert(group).second) continue;
    for (const std::string_view above : groups.DirectGroups(group)) pending.push_back(above);
  }
}

bool Checker::ComesUnder(std::string_view subject) const {
  if (groups_.empty()) return false;
  return subject == principal_ || groups_.contains(subject);
}

bool Checker::Names(const Rule& rule) const {
  return std::any_of(rule.subjects.begin(), rule.subjects.end(),
                     [this](const std::string& subject) { return ComesUnder(subject); });
}

bool Checker::MayRead(absl::Span<const Policy* const> chain) const {
  bool allowed = false;
  for (const Policy* policy : chain) {
    if (policy == nullptr) return false;
    bool own = false;
    for (const Rule& rule : policy->rules) {
      if (rule.StateAt(now_) != RuleState::kInForce || !Names(rule)) continue;
      if (rule.effect != Effect::kAllow) return false;
      own = true;
    }
    if (policy->inheritance == Inheritance::kReplace) allowed = own;
    if (policy->inheritance == Inheritance::kRestrict) allowed = allowed && own;
  }
  return allowed;
}

}  // namespace usher::acl
