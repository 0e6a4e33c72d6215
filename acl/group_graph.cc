#include "acl/group_graph.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "acl/names.h"

namespace usher::acl {

bool GroupGraph::Add(std::string_view member, std::string_view group) {
  const SubjectId member_id = subjects_->Intern(member);
  const SubjectId group_id = subjects_->Intern(group);
  if (!members_[subjects_->Name(group_id)].emplace(subjects_->Name(member_id), member_id).second) return false;
  std::vector<SubjectId>& above = parents_[member_id];
  above.insert(std::lower_bound(above.begin(), above.end(), group_id), group_id);
  ++epoch_;
  return true;
}

bool GroupGraph::Remove(std::string_view member, std::string_view group) {
  const auto members = members_.find(group);
  if (members == members_.end() || members->second.erase(member) == 0) return false;
  if (members->second.empty()) members_.erase(members);
  const auto above = parents_.find(*subjects_->Find(member));
  std::erase(above->second, *subjects_->Find(group));
  if (above->second.empty()) parents_.erase(above);
  ++epoch_;
  return true;
}

bool GroupGraph::IsDirectMember(std::string_view member, std::string_view group) const {
  const auto members = members_.find(group);
  return members != members_.end() && members->second.contains(member);
}

std::vector<std::string_view> GroupGraph::DirectGroups(std::string_view member) const {
  std::vector<std::string_view> groups;
  for (const SubjectId id : Above(subjects_->Find(member))) groups.push_back(subjects_->Name(id));
  return groups;
}

absl::Span<const SubjectId> GroupGraph::Above(std::optional<SubjectId> member) const {
  if (!member) return {};
  const auto above = parents_.find(*member);
  return above == parents_.end() ? absl::Span<const SubjectId>() : absl::MakeConstSpan(above->second);
}

std::vector<SubjectId> GroupGraph::FirstGroups(std::string_view principal, absl::Span<const std::string> claims) const {
  const absl::Span<const SubjectId> direct = Above(subjects_->Find(principal));
  std::vector<SubjectId> first(direct.begin(), direct.end());
  for (const std::string& claim : claims) {
    if (!ValidateGroup(claim).ok()) continue;  // a claim must not make anybody `everyone` or somebody else
    if (const std::optional<SubjectId> group = subjects_->Find(claim)) first.push_back(*group);
  }
  return first;
}

std::vector<SubjectId> GroupGraph::Closure(std::string_view principal, absl::Span<const std::string> claims) const {
  if (!ValidatePrincipal(principal).ok()) return {};
  std::vector<SubjectId> reached;
  absl::flat_hash_set<SubjectId> seen;
  const auto reach = [&](SubjectId id) {
    if (seen.insert(id).second) reached.push_back(id);
  };
  for (const SubjectId group : FirstGroups(principal, claims)) reach(group);
  for (size_t next = 0; next < reached.size(); ++next) {
    for (const SubjectId group : Above(reached[next])) reach(group);
  }
  reach(SubjectTable::kEveryoneId);
  if (const std::optional<SubjectId> self = subjects_->Find(principal)) reach(*self);
  std::sort(reached.begin(), reached.end());
  return reached;
}

std::vector<std::string_view> GroupGraph::MembershipPath(std::string_view principal,
                                                         absl::Span<const std::string> claims,
                                                         std::string_view subject) const {
  if (!ValidatePrincipal(principal).ok()) return {};
  if (subject == principal) return {principal};
  const bool claimed = std::find(claims.begin(), claims.end(), subject) != claims.end() && ValidateGroup(subject).ok();
  if (subject == kEveryone || claimed) return {principal, subject};
  const std::optional<SubjectId> to = subjects_->Find(subject);
  if (!to) return {};
  std::vector<SubjectId> queue;
  absl::flat_hash_map<SubjectId, std::optional<SubjectId>> reached_from;  // nothing: from the principal itself
  for (const SubjectId group : FirstGroups(principal, claims)) {
    if (reached_from.emplace(group, std::nullopt).second) queue.push_back(group);
  }
  for (size_t next = 0; next < queue.size() && !reached_from.contains(*to); ++next) {
    const SubjectId member = queue[next];  // by value: the queue grows below
    for (const SubjectId group : Above(member)) {
      if (reached_from.emplace(group, member).second) queue.push_back(group);
    }
  }
  if (!reached_from.contains(*to)) return {};
  std::vector<std::string_view> path;
  for (std::optional<SubjectId> id = to; id; id = reached_from.at(*id)) path.push_back(subjects_->Name(*id));
  path.push_back(principal);
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<GroupGraph::Group> GroupGraph::ListGroups(std::string_view after, size_t limit) const {
  std::vector<Group> groups;
  for (auto it = members_.upper_bound(after); it != members_.end() && groups.size() < limit; ++it) {
    groups.push_back({it->first, static_cast<uint32_t>(it->second.size())});
  }
  return groups;
}

std::vector<std::string_view> GroupGraph::ListMembers(std::string_view group, std::string_view after,
                                                      size_t limit) const {
  const auto members = members_.find(group);
  if (members == members_.end()) return {};
  std::vector<std::string_view> names;
  for (auto it = members->second.upper_bound(after); it != members->second.end() && names.size() < limit; ++it) {
    names.push_back(it->first);
  }
  return names;
}

}  // namespace usher::acl
