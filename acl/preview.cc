#include "acl/preview.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

using Edge = std::pair<std::string, std::string>;  // member, group

bool Has(const absl::btree_map<std::string, absl::btree_set<std::string>, std::less<>>& edges, std::string_view from,
         std::string_view to) {
  const auto found = edges.find(from);
  return found != edges.end() && found->second.contains(std::string(to));
}

// Equal exactly for equal rights of the same purpose. Compartments are preceded by their length: they may hold any
// sign.
std::string KeyOf(const Rights& rights) {
  std::string key = absl::StrCat(rights.clearance.level, ";", rights.clearance.compartments.size(), ";");
  for (const std::string& compartment : rights.clearance.compartments) {
    absl::StrAppend(&key, compartment.size(), ":", compartment);
  }
  for (const SubjectId id : rights.subjects) absl::StrAppend(&key, id.value(), ",");
  return key;
}

void KeepNamed(const IdBitmap& named, Rights& rights) {
  std::erase_if(rights.subjects,
                [&](SubjectId id) { return id != SubjectTable::kEveryoneId && !named.Contains(id.value()); });
}

}  // namespace

ProposedRights::ProposedRights(const SubjectTable& subjects, const GroupGraph& groups, const ClearanceTable& clearances,
                               const MembershipDelta& memberships, const ClearanceChanges& clearance_changes)
    : subjects_(subjects), groups_(groups), clearance_table_(clearances) {
  for (const auto& [member, group] : memberships.added) {
    if (!groups.IsDirectMember(member, group) && added_groups_[member].insert(group).second) {
      memberships_.added.emplace_back(member, group);
    }
  }
  const absl::btree_set<Edge> made(memberships.added.begin(), memberships.added.end());
  for (const Edge& edge : memberships.removed) {
    const auto& [member, group] = edge;
    if (!made.contains(edge) && groups.IsDirectMember(member, group) && removed_groups_[member].insert(group).second) {
      memberships_.removed.push_back(edge);
    }
  }
  for (const auto& [principal, clearance] : clearance_changes) {
    if (clearances.Of(principal) != clearance) clearances_[principal] = clearance;
  }
  NoteChangedGroups();
}

template <typename Visitor>
void ProposedRights::VisitGroups(std::string_view member, Visitor visit) const {
  for (const std::string_view group : groups_.DirectGroups(member)) {
    if (!Has(removed_groups_, member, group)) visit(group);
  }
  if (const auto added = added_groups_.find(member); added != added_groups_.end()) {
    for (const std::string& group : added->second) visit(std::string_view(group));
  }
}

// A group above a changed one gains or loses the same people, in the old graph or in the new one.
void ProposedRights::NoteChangedGroups() {
  std::vector<std::string> pending;
  for (const auto* edges : {&memberships_.added, &memberships_.removed}) {
    for (const auto& [member, group] : *edges) pending.push_back(group);
  }
  while (!pending.empty()) {
    const std::string group = std::move(pending.back());
    pending.pop_back();
    if (!changed_groups_.insert(group).second) continue;
    for (const std::string_view above : groups_.DirectGroups(group)) pending.emplace_back(above);
    if (const auto added = added_groups_.find(group); added != added_groups_.end()) {
      pending.insert(pending.end(), added->second.begin(), added->second.end());
    }
  }
}

std::vector<std::string> ProposedRights::Affected() const {
  absl::btree_set<std::string> seen;
  std::vector<std::string> pending;
  const auto reach = [&](std::string_view member) {
    if (std::string name(member); seen.insert(name).second) pending.push_back(std::move(name));
  };
  // Whoever would join a group is reached here, so that below only those who are members already have to be.
  for (const auto* edges : {&memberships_.added, &memberships_.removed}) {
    for (const auto& [member, group] : *edges) reach(member);
  }
  while (!pending.empty()) {
    const std::string group = std::move(pending.back());
    pending.pop_back();
    if (const std::optional<SubjectId> id = subjects_.Find(group)) {
      groups_.VisitMembers(*id, [&](SubjectId member) { reach(subjects_.Name(member)); });
    }
  }
  for (const auto& [principal, clearance] : clearances_) seen.insert(principal);
  std::vector<std::string> principals;
  std::copy_if(seen.begin(), seen.end(), std::back_inserter(principals),
               [](const std::string& name) { return ValidatePrincipal(name).ok(); });
  return principals;
}

std::vector<std::string_view> ProposedRights::GroupsOf(std::string_view principal) const {
  absl::btree_set<std::string_view> seen;
  std::vector<std::string_view> groups;
  const auto reach = [&](std::string_view group) {
    if (seen.insert(group).second) groups.push_back(group);
  };
  VisitGroups(principal, reach);
  for (size_t next = 0; next < groups.size(); ++next) VisitGroups(groups[next], reach);
  return groups;
}

const Clearance& ProposedRights::ClearanceOf(std::string_view principal) const {
  const auto changed = clearances_.find(principal);
  return changed == clearances_.end() ? clearance_table_.Of(principal) : changed->second;
}

Rights ProposedRights::RightsOf(std::string_view principal, std::string_view purpose) const {
  if (!ValidatePrincipal(principal).ok()) return {};
  Rights rights{{SubjectTable::kEveryoneId}, ClearanceOf(principal), std::string(purpose)};
  const auto add = [&](std::string_view name) {
    if (const std::optional<SubjectId> id = subjects_.Find(name)) rights.subjects.push_back(*id);
  };
  add(principal);
  for (const std::string_view group : GroupsOf(principal)) add(group);
  std::sort(rights.subjects.begin(), rights.subjects.end());
  return rights;
}

std::vector<RightsChange> ProposedRights::Changes(std::string_view purpose,
                                                  absl::Span<const ClassTable* const> tables) const {
  IdBitmap named;
  for (const ClassTable* table : tables) named.UnionWith(table->index().named);
  std::vector<RightsChange> changes;
  absl::flat_hash_map<std::string, size_t> places;
  for (std::string& principal : Affected()) {
    Rights before = acl::RightsOf(groups_, clearance_table_, Asker{principal, {}, std::string(purpose)});
    Rights after = RightsOf(principal, purpose);
    KeepNamed(named, before);
    KeepNamed(named, after);
    if (before == after) continue;
    const auto [place, fresh] = places.try_emplace(absl::StrCat(KeyOf(before), "|", KeyOf(after)), changes.size());
    if (fresh) changes.push_back({std::move(before), std::move(after), {}});
    changes[place->second].principals.push_back(std::move(principal));
  }
  return changes;
}

bool ProposedRights::TouchAny(const std::vector<std::string>& subjects) const {
  return std::any_of(subjects.begin(), subjects.end(),
                     [this](const std::string& subject) { return changed_groups_.contains(subject); });
}

bool ProposedRights::Touch(const Policy& policy, bool allows) const {
  const bool asks_for_clearance = policy.label.level > 0 || !policy.label.compartments.empty();
  if (asks_for_clearance && !clearances_.empty()) return true;
  if (changed_groups_.empty()) return false;
  return TouchAny(policy.ceiling) || std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
           return (allows || rule.effect != Effect::kAllow) && TouchAny(rule.subjects);
         });
}

ProposedAsker::ProposedAsker(const ProposedRights& proposed, std::string_view principal, std::string_view purpose,
                             absl::Time now) {
  if (ValidatePrincipal(principal).ok()) {
    for (const std::string_view group : proposed.GroupsOf(principal)) groups_.Add(principal, group);
    clearances_.Set(principal, proposed.ClearanceOf(principal));
  }
  checker_.emplace(groups_, clearances_, Asker{std::string(principal), {}, std::string(purpose)}, now);
}

}  // namespace usher::acl
