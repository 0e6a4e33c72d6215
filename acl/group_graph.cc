#include "acl/group_graph.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "acl/names.h"

namespace usher::acl {

bool GroupGraph::Add(std::string_view member, std::string_view group) {
  const SubjectId member_id = subjects_->Intern(member);
  const SubjectId group_id = subjects_->Intern(group);
  if (!members_[subjects_->Name(group_id)].insert(subjects_->Name(member_id)).second) return false;
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

std::vector<SubjectId> GroupGraph::Closure(std::string_view principal) const {
  if (!ValidatePrincipal(principal).ok()) return {};
  std::vector<SubjectId> reached = {SubjectTable::kEveryoneId};
  if (const std::optional<SubjectId> self = subjects_->Find(principal)) reached.push_back(*self);
  absl::flat_hash_set<SubjectId> seen(reached.begin(), reached.end());
  for (size_t next = 1; next < reached.size(); ++next) {
    for (const SubjectId group : Above(reached[next])) {
      if (seen.insert(group).second) reached.push_back(group);
    }
  }
  std::sort(reached.begin(), reached.end());
  return reached;
}

std::vector<std::string_view> GroupGraph::MembershipPath(std::string_view principal, std::string_view subject) const {
  if (!ValidatePrincipal(principal).ok()) return {};
  if (subject == principal) return {principal};
  if (subject == kEveryone) return {principal, kEveryone};
  const std::optional<SubjectId> from = subjects_->Find(principal);
  const std::optional<SubjectId> to = subjects_->Find(subject);
  if (!from || !to) return {};
  std::vector<SubjectId> queue = {*from};
  absl::flat_hash_map<SubjectId, SubjectId> reached_from = {{*from, *from}};
  for (size_t next = 0; next < queue.size() && !reached_from.contains(*to); ++next) {
    const SubjectId member = queue[next];  // by value: the queue grows below
    for (const SubjectId group : Above(member)) {
      if (reached_from.emplace(group, member).second) queue.push_back(group);
    }
  }
  if (!reached_from.contains(*to)) return {};
  std::vector<std::string_view> path;
  for (SubjectId id = *to; id != *from; id = reached_from.at(id)) path.push_back(subjects_->Name(id));
  path.push_back(subjects_->Name(*from));
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
    names.push_back(*it);
  }
  return names;
}

}  // namespace usher::acl
