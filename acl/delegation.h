// What may become of a policy when somebody writes it who is not an administrator, and what stays whoever writes.
//
// Thread-safety: free functions; the graph must not change meanwhile.
#ifndef USHER_ACL_DELEGATION_H_
#define USHER_ACL_DELEGATION_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/group_graph.h"
#include "acl/policy.h"

namespace usher::acl {

// `wanted` as an owner may write it over `current`: without owners, a ceiling or a label it keeps those there are.
// PERMISSION_DENIED for other owners or another ceiling, for a label that asks for less than the current one, and for
// an allow rule with a subject that is beyond the ceiling of `current` or of a policy in `above`. A subject is within a
// ceiling that names it, a group it is in at any depth, or `everyone`.
absl::StatusOr<Policy> DelegatedPolicy(const GroupGraph& groups, Policy wanted, const Policy& current,
                                       absl::Span<const Policy* const> above);

// Whether whoever satisfies `label` also satisfied `current`.
bool Narrows(const Label& label, const Label& current);

// `wanted` with the break-glass rules of `current` that are not over at `now`, and without any of its own.
Policy KeepBreakGlass(Policy wanted, const Policy& current, absl::Time now);

}  // namespace usher::acl

#endif  // USHER_ACL_DELEGATION_H_
