// May this principal read this node? Answered by reading the rules themselves.
//
// This is the second, independent computation of every decision: it uses no interned class, no cached entitlement and no posting
// list, only the policies and the memberships as they are at the moment of the call. Slow and obvious on purpose.
// Thread-safety: const methods may run concurrently while the graph is not changed.
#ifndef USHER_ACL_CHECK_H_
#define USHER_ACL_CHECK_H_

#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/group_graph.h"
#include "acl/policy.h"

namespace usher::acl {

// One principal's view of the rules at one moment. Holds views into the graph's names: keep the tenant's lock while it lives.
class Checker {
 public:
  Checker(const GroupGraph& groups, std::string_view principal, absl::Time now);

  // `chain`: policies from the collection down to the node; empty chain: false.
  bool MayRead(absl::Span<const Policy* const> chain) const;

 private:
  bool Names(const Rule& rule) const;

  absl::flat_hash_set<std::string_view> subjects_;
  absl::Time now_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CHECK_H_
