#include "acl/readers.h"

#include <algorithm>

namespace usher::acl {

ReaderSets::ReaderSets(PrincipalSpace* space, const GroupGraph& groups, const ClearanceTable& clearances,
                       const MembershipDelta& memberships, const ClearanceChanges& clearance_changes)
    : space_(space), groups_(groups), clearances_(clearances), clearance_changes_(clearance_changes) {
  for (const auto& [principal, clearance] : clearances.entries()) space->Add(principal);
  for (const auto& [principal, clearance] : clearance_changes) space->Add(principal);
  for (const auto& [member, group] : memberships.added) added_[space->Add(group)].push_back(space->Add(member));
  for (const auto& [member, group] : memberships.removed) removed_.emplace(space->Add(member), space->Add(group));
}

IdBitmap ReaderSets::Of(absl::Span<const Policy* const> chain, std::string_view purpose, absl::Time now,
                        absl::Time open_until) {
  if (now >= open_until || std::find(chain.begin(), chain.end(), nullptr) != chain.end()) return {};
  space_->AddNamesOf(chain);
  IdBitmap possible = space_->everyone();
  IdBitmap allowed;
  IdBitmap granted;
  for (const Policy* policy : chain) {
    Named named = ReadRules(*policy, now);
    possible.Subtract(named.denied);
    Narrow(*policy, purpose, possible);
    granted.UnionWith(named.granted);
    if (policy->inheritance == Inheritance::kRestrict) allowed.IntersectWith(named.allowed);
    if (policy->inheritance == Inheritance::kReplace) allowed = std::move(named.allowed);
  }
  allowed.UnionWith(granted);
  allowed.IntersectWith(possible);
  return allowed;
}

ReaderSets::Named ReaderSets::ReadRules(const Policy& policy, absl::Time now) {
  Named named;
  for (const Rule& rule : policy.rules) {
    if (rule.StateAt(now) != RuleState::kInForce) continue;
    IdBitmap& set = rule.effect == Effect::kAllow        ? named.allowed
                    : rule.effect == Effect::kBreakGlass ? named.granted
                                                         : named.denied;
    for (const std::string& subject : rule.subjects) AddSubject(subject, set);
  }
  return named;
}

void ReaderSets::Narrow(const Policy& policy, std::string_view purpose, IdBitmap& possible) {
  const Label& label = policy.label;
  if (label.level > 0) possible.IntersectWith(ClearedFor(label.level));
  for (const std::string& compartment : label.compartments) possible.IntersectWith(ClearedFor(compartment));
  const bool stated =
      !purpose.empty() && std::find(label.purposes.begin(), label.purposes.end(), purpose) != label.purposes.end();
  if (!label.purposes.empty() && !stated) possible = {};
  if (policy.ceiling.empty()) return;
  IdBitmap below;
  for (const std::string& subject : policy.ceiling) AddSubject(subject, below);
  possible.IntersectWith(below);
}

void ReaderSets::AddSubject(std::string_view subject, IdBitmap& set) {
  const uint32_t number = space_->Add(subject);
  if (number == PrincipalSpace::kAnyoneElse) {
    set.UnionWith(space_->everyone());
  } else if (space_->IsPrincipal(number)) {
    set.Insert(number);
  } else {
    const Expansion& below = Expand(number);
    set.UnionWith(below.many);
    for (const uint32_t principal : below.few) set.Insert(principal);
  }
}

const ReaderSets::Expansion& ReaderSets::Expand(uint32_t group) {
  const auto [entry, fresh] = expansions_.try_emplace(group);
  Expansion& expansion = entry->second;
  if (!fresh) return expansion;
  std::vector<uint32_t> queue = {group};
  absl::flat_hash_set<uint32_t> seen = {group};
  std::vector<uint32_t>& principals = expansion.few;
  for (size_t next = 0; next < queue.size(); ++next) {
    VisitMembers(queue[next], [&](uint32_t member) {
      if (!seen.insert(member).second) return;
      (space_->IsPrincipal(member) ? principals : queue).push_back(member);
    });
  }
  constexpr size_t kBitsOfAListEntry = 32;
  if (principals.size() * kBitsOfAListEntry > space_->size()) {
    for (const uint32_t principal : principals) expansion.many.Insert(principal);
    principals = {};
  }
  principals.shrink_to_fit();
  return expansion;
}

template <typename Visitor>
void ReaderSets::VisitMembers(uint32_t group, Visitor visit) const {
  if (space_->IsInterned(group)) {
    groups_.VisitMembers(SubjectId(group), [&](SubjectId member) {
      if (!removed_.contains(std::make_pair(member.value(), group))) visit(member.value());
    });
  }
  if (const auto added = added_.find(group); added != added_.end()) {
    for (const uint32_t member : added->second) visit(member);
  }
}

template <typename Predicate>
IdBitmap ReaderSets::Cleared(Predicate holds) const {
  IdBitmap cleared;
  const auto consider = [&](const std::string& principal, const Clearance& clearance) {
    if (holds(clearance)) cleared.Insert(space_->Add(principal));
  };
  for (const auto& [principal, clearance] : clearances_.entries()) {
    if (!clearance_changes_.contains(principal)) consider(principal, clearance);
  }
  for (const auto& [principal, clearance] : clearance_changes_) consider(principal, clearance);
  return cleared;
}

const IdBitmap& ReaderSets::ClearedFor(uint32_t level) {
  const auto [entry, fresh] = cleared_by_level_.try_emplace(level);
  if (fresh) entry->second = Cleared([level](const Clearance& clearance) { return clearance.level >= level; });
  return entry->second;
}

const IdBitmap& ReaderSets::ClearedFor(const std::string& compartment) {
  const auto [entry, fresh] = cleared_by_compartment_.try_emplace(compartment);
  if (fresh) {
    entry->second = Cleared([&](const Clearance& clearance) {
      return std::find(clearance.compartments.begin(), clearance.compartments.end(), compartment) !=
             clearance.compartments.end();
    });
  }
  return entry->second;
}

Readers FindReaders(const GroupGraph& groups, const ClearanceTable& clearances, const SubjectTable& subjects,
                    absl::Span<const Policy* const> chain, std::string_view purpose, absl::Time now,
                    absl::Time open_until) {
  PrincipalSpace space(subjects);
  ReaderSets sets(&space, groups, clearances);
  return space.ToReaders(sets.Of(chain, purpose, now, open_until));
}

}  // namespace usher::acl
