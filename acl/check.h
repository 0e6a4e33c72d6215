// May this principal read this node? Answered by reading the rules themselves.
//
// This is the second, independent computation of every decision: it uses no interned class, no cached entitlement and
// no posting list, only the policies and the memberships as they are at the moment of the call. Slow and obvious on
// purpose.
// Thread-safety: const methods may run concurrently while the graph is not changed.
#ifndef USHER_ACL_CHECK_H_
#define USHER_ACL_CHECK_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/group_graph.h"
#include "acl/policy.h"

namespace usher::acl {

// One principal's view of the rules at one moment. Holds views into the graph's names: keep the tenant's lock while it
// lives.
class Checker {
 public:
  // Whoever is not a valid principal may read nothing, not even what `everyone` may.
  Checker(const GroupGraph& groups, std::string_view principal, absl::Time now);

  // `chain`: policies from the collection down to the node; false for an empty chain and for one with a null in it.
  bool MayRead(absl::Span<const Policy* const> chain) const;

  // Whether a rule with this subject names the principal: itself, a group it is in at any depth, or `everyone`.
  bool ComesUnder(std::string_view subject) const;

 private:
  bool Names(const Rule& rule) const;

  std::string principal_;
  absl::flat_hash_set<std::string_view> groups_;  // with `everyone`; empty for whoever is no principal
  absl::Time now_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CHECK_H_
