// Who is a member of what: a directed graph of principals and groups, nested to any depth. Cycles are harmless.
//
// Thread-safety: const methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_GROUP_GRAPH_H_
#define USHER_ACL_GROUP_GRAPH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "acl/asker.h"
#include "acl/ids.h"
#include "acl/subject_table.h"

namespace usher::acl {

class GroupGraph {
 public:
  // `subjects` must outlive the graph.
  explicit GroupGraph(SubjectTable* subjects) : subjects_(subjects) {}
  GroupGraph(const GroupGraph&) = delete;
  GroupGraph& operator=(const GroupGraph&) = delete;

  // Names must be valid. Return whether anything changed.
  bool Add(std::string_view member, std::string_view group);
  bool Remove(std::string_view member, std::string_view group);
  bool IsDirectMember(std::string_view member, std::string_view group) const;

  // Groups directly above a principal or group. Views live as long as the table.
  std::vector<std::string_view> DirectGroups(std::string_view member) const;

  // Calls visit(SubjectId) for each direct member of the group, by name. `group` must come from the table.
  template <typename Visitor>
  void VisitMembers(SubjectId group, Visitor visit) const {
    const auto members = members_.find(subjects_->Name(group));
    if (members == members_.end()) return;
    for (const auto& [name, id] : members->second) visit(id);
  }

  // The principal itself (if its name is known), every group it is in at any depth, and `everyone`; sorted by id.
  // Empty for a name that is not a valid principal's. O(edges reached). Claimed groups count as direct memberships;
  // claims that are no valid group's name, and those the table does not know, are left out.
  std::vector<SubjectId> Closure(std::string_view principal) const { return Closure(principal, {}); }
  std::vector<SubjectId> Closure(const Asker& asker) const { return Closure(asker.principal, asker.claimed_groups); }

  // A shortest chain principal, group, ..., subject; {principal, everyone} for `everyone`; {principal} for itself;
  // empty when there is none. A claimed group, known to the table or not, stands right after the principal. Views live
  // as long as the table and the arguments.
  std::vector<std::string_view> MembershipPath(std::string_view principal, std::string_view subject) const {
    return MembershipPath(principal, {}, subject);
  }
  std::vector<std::string_view> MembershipPath(const Asker& asker, std::string_view subject) const {
    return MembershipPath(asker.principal, asker.claimed_groups, subject);
  }

  // Up to `limit` groups with members, by name, after `after` (exclusive; empty for the start). Views live as long as
  // the table.
  struct Group {
    std::string_view name;
    uint32_t member_count;
  };
  std::vector<Group> ListGroups(std::string_view after, size_t limit) const;
  std::vector<std::string_view> ListMembers(std::string_view group, std::string_view after, size_t limit) const;
  size_t group_count() const { return members_.size(); }

  // Changes with every change of a membership.
  uint64_t epoch() const { return epoch_; }

 private:
  std::vector<SubjectId> Closure(std::string_view principal, absl::Span<const std::string> claims) const;
  std::vector<std::string_view> MembershipPath(std::string_view principal, absl::Span<const std::string> claims,
                                               std::string_view subject) const;
  // Where climbing starts: the groups directly above the principal, and the claimed ones that are known.
  std::vector<SubjectId> FirstGroups(std::string_view principal, absl::Span<const std::string> claims) const;
  absl::Span<const SubjectId> Above(std::optional<SubjectId> member) const;

  SubjectTable* subjects_;
  absl::flat_hash_map<SubjectId, std::vector<SubjectId>> parents_;  // member -> groups directly above, sorted
  // Group -> direct members.
  absl::btree_map<std::string_view, absl::btree_map<std::string_view, SubjectId>> members_;
  uint64_t epoch_ = 0;
};

}  // namespace usher::acl

#endif  // USHER_ACL_GROUP_GRAPH_H_
