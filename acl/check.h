// May this asker read this node? Answered by reading the rules themselves.
//
// This is the second, independent computation of every decision: it uses no interned class, no cached entitlement and
// no posting list, only the policies, memberships and clearances as they are at the moment of the call. Slow and
// obvious on purpose. Thread-safety: const methods may run concurrently while the graph is not changed.
#ifndef USHER_ACL_CHECK_H_
#define USHER_ACL_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/asker.h"
#include "acl/group_graph.h"
#include "acl/policy.h"

namespace usher::acl {

// One asker's view of the rules at one moment. Holds views into the graph's names: keep the tenant's lock while it
// lives.
class Checker {
 public:
  // Whoever is not a valid principal may read nothing, not even what `everyone` may or through a claim. Claims that are
  // no valid group's name are ignored.
  Checker(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker, absl::Time now);

  // `chain`: policies from the collection down to the node; false for an empty chain and for one with a null in it.
  // `open_until`: from this instant on nobody reads anything in the collection.
  bool MayRead(absl::Span<const Policy* const> chain, absl::Time open_until = absl::InfiniteFuture()) const;

  // Whether an owner entry of any policy of the chain names the asker; false for a chain with a null in it.
  bool Manages(absl::Span<const Policy* const> chain) const;

  // Whether a rule with this subject names the asker: itself, a group it is in at any depth, or `everyone`.
  bool ComesUnder(std::string_view subject) const;

 private:
  bool ComesUnderAny(const std::vector<std::string>& subjects) const;
  bool Satisfies(const Label& label) const;

  std::string principal_;
  std::string purpose_;
  Clearance clearance_;
  absl::flat_hash_set<std::string> claims_;
  absl::flat_hash_set<std::string_view> groups_;  // with `everyone`; empty for whoever is no principal
  absl::Time now_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CHECK_H_
