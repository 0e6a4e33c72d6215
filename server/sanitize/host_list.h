// Hosts that an operator trusts with what a link carries.
//
// Guarantees: an entry stands for exactly one host, or, as "*.example.org", for the hosts below example.org and not for
// example.org itself; letters' case and a final dot do not matter. Nothing else is a pattern. Thread-safety: immutable.
#ifndef USHER_SERVER_SANITIZE_HOST_LIST_H_
#define USHER_SERVER_SANITIZE_HOST_LIST_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::sanitize {

class HostList {
 public:
  // No host.
  HostList() = default;

  // INVALID_ARGUMENT names an entry that is no host in ASCII, or holds a port, a path or another wildcard.
  static absl::StatusOr<HostList> Of(const std::vector<std::string>& entries);

  // False for an empty host.
  bool Holds(std::string_view host) const;

  // In lower case and in order.
  const std::set<std::string, std::less<>>& entries() const { return entries_; }

 private:
  std::set<std::string, std::less<>> entries_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_HOST_LIST_H_
