// Who asks, and what is known of them beyond their groups.
//
// Thread-safety: values; ClearanceTable as a container.
#ifndef USHER_ACL_ASKER_H_
#define USHER_ACL_ASKER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "acl/policy.h"

namespace usher::acl {

// One question's side of the decision. Made from verified credentials; nothing in a request may add to it but the
// purpose, which can only be required, never widen.
struct Asker {
  std::string principal;                         // `user:ID` or `service:ID`; anything else may read nothing
  std::vector<std::string> claimed_groups = {};  // `group:ID`, vouched for by the credential and accepted by the tenant
  std::string purpose = {};                      // stated with the query; empty: none
};

// How far a principal is cleared. A principal without one has level 0 and no compartment.
struct Clearance {
  uint32_t level = 0;
  std::vector<std::string> compartments = {};  // sorted, unique

  bool empty() const { return level == 0 && compartments.empty(); }
  friend bool operator==(const Clearance&, const Clearance&) = default;
};

// INVALID_ARGUMENT for a level above kMaxLevel or bad compartments; sorts them and makes them unique.
absl::StatusOr<Clearance> CanonicalClearance(uint32_t level, std::vector<std::string> compartments);

// Whether the clearance and the purpose are enough for the label.
bool Satisfies(const Clearance& clearance, std::string_view purpose, const Label& label);

// The clearances of one tenant's principals.
class ClearanceTable {
 public:
  // An empty clearance removes the entry.
  void Set(std::string_view principal, Clearance clearance);
  // The principal's, or an empty one. Valid until the next Set.
  const Clearance& Of(std::string_view principal) const;
  // By principal.
  const absl::btree_map<std::string, Clearance, std::less<>>& entries() const { return entries_; }

 private:
  absl::btree_map<std::string, Clearance, std::less<>> entries_;
  Clearance none_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_ASKER_H_
