#include "acl/check.h"

#include <algorithm>

#include "acl/absl_view.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Checker::Checker(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker, absl::Time now)
    : principal_(asker.principal), purpose_(asker.purpose), clearance_(clearances.Of(asker.principal)), now_(now) {
  if (!ValidatePrincipal(principal_).ok()) return;
  groups_ = {kEveryone};
  std::vector<std::string_view> pending = groups.DirectGroups(principal_);
  for (const std::string& claim : asker.claimed_groups) {
    if (!ValidateGroup(claim).ok()) continue;
    claims_.insert(claim);
    for (const std::string_view above : groups.DirectGroups(claim)) pending.push_back(above);
  }
  while (!pending.empty()) {
    const std::string_view group = pending.back();
    pending.pop_back();
    if (!groups_.insert(group).second) continue;
    for (const std::string_view above : groups.DirectGroups(group)) pending.push_back(above);
  }
}

bool Checker::ComesUnder(std::string_view subject) const {
  if (groups_.empty()) return false;
  return subject == principal_ || groups_.contains(subject) || claims_.contains(ToAbsl(subject));
}

bool Checker::ComesUnderAny(const std::vector<std::string>& subjects) const {
  return std::any_of(subjects.begin(), subjects.end(),
                     [this](const std::string& subject) { return ComesUnder(subject); });
}

// Written out here although asker.h has the same: this computation shares no code with the one it checks.
bool Checker::Satisfies(const Label& label) const {
  if (clearance_.level < label.level) return false;
  for (const std::string& compartment : label.compartments) {
    if (!Contains(clearance_.compartments, compartment)) return false;
  }
  return label.purposes.empty() || (!purpose_.empty() && Contains(label.purposes, purpose_));
}

bool Checker::MayRead(absl::Span<const Policy* const> chain, absl::Time open_until) const {
  if (now_ >= open_until) return false;
  bool allowed = false;
  bool granted = false;
  for (const Policy* policy : chain) {
    if (policy == nullptr) return false;
    bool own = false;
    for (const Rule& rule : policy->rules) {
      if (rule.StateAt(now_) != RuleState::kInForce || !ComesUnderAny(rule.subjects)) continue;
      if (rule.effect == Effect::kAllow) {
        own = true;
      } else if (rule.effect == Effect::kBreakGlass) {
        granted = true;
      } else {
        return false;
      }
    }
    if (!Satisfies(policy->label)) return false;
    if (!policy->ceiling.empty() && !ComesUnderAny(policy->ceiling)) return false;
    if (policy->inheritance == Inheritance::kReplace) allowed = own;
    if (policy->inheritance == Inheritance::kRestrict) allowed = allowed && own;
  }
  return allowed || granted;
}

bool Checker::Manages(absl::Span<const Policy* const> chain) const {
  bool manages = false;
  for (const Policy* policy : chain) {
    if (policy == nullptr) return false;
    manages = manages || ComesUnderAny(policy->owners);
  }
  return manages;
}

}  // namespace usher::acl
