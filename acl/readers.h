// Who may read a node: the third computation of a decision, by set algebra going down from the subjects of the rules to
// the principals below them. It asks no principal one by one and shares no code with check.h and class_table.h.
//
// Guarantee: a principal is among the readers exactly if Checker::MayRead says yes for it without claimed groups.
// Non-guarantee: groups that only credentials claim are unknown here, so that those who would read, or be denied,
// through a claim are counted as if they made none.
// Thread-safety: ReaderSets as a container; graph, clearances and subjects must not change while it lives.
#ifndef USHER_ACL_READERS_H_
#define USHER_ACL_READERS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/asker.h"
#include "acl/group_graph.h"
#include "acl/id_bitmap.h"
#include "acl/policy.h"
#include "acl/principal_space.h"

namespace usher::acl {

// Memberships to count as if they were made or gone: pairs of a member and a group, all valid names. A pair in both is
// made.
struct MembershipDelta {
  std::vector<std::pair<std::string, std::string>> added = {};
  std::vector<std::pair<std::string, std::string>> removed = {};
};

// By principal; an empty clearance takes it away.
using ClearanceChanges = absl::btree_map<std::string, Clearance, std::less<>>;

// The readers of many chains over the same memberships. Each subject is expanded once, whatever the number of chains;
// then a policy costs its subjects and O(principals / 64). To preview a change, make two on one space, with and without
// the change, and subtract their sets.
class ReaderSets {
 public:
  // `space`, `groups` and `clearances` must outlive it. Whoever the deltas and the clearances name joins the space.
  ReaderSets(PrincipalSpace* space, const GroupGraph& groups, const ClearanceTable& clearances,
             const MembershipDelta& memberships = {}, const ClearanceChanges& clearance_changes = {});
  ReaderSets(const ReaderSets&) = delete;
  ReaderSets& operator=(const ReaderSets&) = delete;

  // Who may read at the end of the chain, as numbers of the space. `chain`: from the collection down to the node;
  // nobody for an empty chain, for one with a null in it, and from `open_until` on. `purpose`: stated by whoever asks.
  IdBitmap Of(absl::Span<const Policy* const> chain, std::string_view purpose, absl::Time now, absl::Time open_until);

 private:
  // The principals below a group: a list while that is smaller than a bitmap.
  struct Expansion {
    std::vector<uint32_t> few;
    IdBitmap many;
  };
  // Whom the rules in force of one policy name.
  struct Named {
    IdBitmap denied;
    IdBitmap allowed;
    IdBitmap granted;
  };

  Named ReadRules(const Policy& policy, absl::Time now);
  // Takes those out of `possible` who fail the label or stand beyond the ceiling.
  void Narrow(const Policy& policy, std::string_view purpose, IdBitmap& possible);
  void AddSubject(std::string_view subject, IdBitmap& set);
  const Expansion& Expand(uint32_t group);
  template <typename Visitor>
  void VisitMembers(uint32_t group, Visitor visit) const;
  template <typename Predicate>
  IdBitmap Cleared(Predicate holds) const;
  const IdBitmap& ClearedFor(uint32_t level);
  const IdBitmap& ClearedFor(const std::string& compartment);

  PrincipalSpace* space_;
  const GroupGraph& groups_;
  const ClearanceTable& clearances_;
  const ClearanceChanges clearance_changes_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> added_;  // group -> members
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> removed_;  // member, group
  absl::flat_hash_map<uint32_t, Expansion> expansions_;         // by group
  absl::flat_hash_map<uint32_t, IdBitmap> cleared_by_level_;    // above 0 only
  absl::flat_hash_map<std::string, IdBitmap> cleared_by_compartment_;
};

// The readers of one node. The universe is every valid principal in `subjects`, in the clearances and in the chain.
// O(names + memberships below the subjects).
Readers FindReaders(const GroupGraph& groups, const ClearanceTable& clearances, const SubjectTable& subjects,
                    absl::Span<const Policy* const> chain, std::string_view purpose, absl::Time now,
                    absl::Time open_until);

}  // namespace usher::acl

#endif  // USHER_ACL_READERS_H_
