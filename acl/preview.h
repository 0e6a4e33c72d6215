// Memberships and clearances as they would be after changes that nobody has made.
//
// Guarantee: what is asked of it is answered as if the changes had been made; the graph and the table stay as they are.
// Non-guarantee: changes of policies are not known here.
// Thread-safety: const methods may run concurrently; graph, names and clearances must not change while it lives.
#ifndef USHER_ACL_PREVIEW_H_
#define USHER_ACL_PREVIEW_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/asker.h"
#include "acl/check.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "acl/readers.h"
#include "acl/rights.h"
#include "acl/subject_table.h"

namespace usher::acl {

// Principals whose rights would change alike.
struct RightsChange {
  Rights before;
  Rights after;
  std::vector<std::string> principals;  // sorted
};

class ProposedRights {
 public:
  // All three tables must outlive it. Changes that change nothing are dropped.
  ProposedRights(const SubjectTable& subjects, const GroupGraph& groups, const ClearanceTable& clearances,
                 const MembershipDelta& memberships, const ClearanceChanges& clearance_changes);

  // Whether nothing changes.
  bool empty() const { return memberships_.added.empty() && memberships_.removed.empty() && clearances_.empty(); }
  const MembershipDelta& memberships() const { return memberships_; }
  const ClearanceChanges& clearances() const { return clearances_; }

  // Everybody whose memberships or clearance may become others: valid principals by name. O(memberships below the
  // changes).
  std::vector<std::string> Affected() const;
  // Every group the principal would be in at any depth. Views live as long as the graph and this.
  std::vector<std::string_view> GroupsOf(std::string_view principal) const;
  const Clearance& ClearanceOf(std::string_view principal) const;
  // As acl::RightsOf: none for whoever is not a valid principal.
  Rights RightsOf(std::string_view principal, std::string_view purpose) const;

  // The affected whose rights become others, together where the rules of `tables` cannot tell them apart: whoever is
  // told by their rights alone is told for all of them at once. Subjects that no rule names are left out of the rights.
  std::vector<RightsChange> Changes(std::string_view purpose, absl::Span<const ClassTable* const> tables) const;

  // Whether the policy may come to say something else of somebody. `allows`: its allow rules matter.
  bool Touch(const Policy& policy, bool allows) const;

 private:
  using Edges = absl::btree_map<std::string, absl::btree_set<std::string>, std::less<>>;

  bool TouchAny(const std::vector<std::string>& subjects) const;
  // Calls visit(std::string_view) for each group directly above, as it would be.
  template <typename Visitor>
  void VisitGroups(std::string_view member, Visitor visit) const;
  void NoteChangedGroups();

  const SubjectTable& subjects_;
  const GroupGraph& groups_;
  const ClearanceTable& clearance_table_;
  MembershipDelta memberships_;
  ClearanceChanges clearances_;
  Edges added_groups_;                                        // by member
  Edges removed_groups_;                                      // by member
  absl::btree_set<std::string, std::less<>> changed_groups_;  // that somebody joins or leaves, at any depth
};

// One asker as the checker would see them after the changes, without claimed groups.
class ProposedAsker {
 public:
  ProposedAsker(const ProposedRights& proposed, std::string_view principal, std::string_view purpose, absl::Time now);
  ProposedAsker(const ProposedAsker&) = delete;
  ProposedAsker& operator=(const ProposedAsker&) = delete;

  const Checker& checker() const { return *checker_; }

 private:
  SubjectTable names_;
  GroupGraph groups_{&names_};  // only the asker's, each directly
  ClearanceTable clearances_;
  std::optional<Checker> checker_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_PREVIEW_H_
