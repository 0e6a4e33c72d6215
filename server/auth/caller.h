// Who calls, and for whom: made for each call from its own credentials, never from the connection.
//
// Guarantees: a Caller exists only for verified credentials. Thread-safety: immutable values.
#ifndef USHER_SERVER_AUTH_CALLER_H_
#define USHER_SERVER_AUTH_CALLER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/api_key.h"
#include "server/auth/roles.h"

namespace usher::auth {

// What a call brought, as it came over the wire.
struct Credentials {
  std::vector<std::string> authorization;  // values of the metadata `authorization`
  std::vector<std::string> principal;      // values of `usher-principal` and `usher-principal-bin`
};

class Caller {
 public:
  const std::string& tenant() const { return tenant_; }
  // Whose rights count.
  const std::string& principal() const { return principal_; }
  // Whose credential it is; equals principal() unless the call is made for somebody else.
  const std::string& actor() const { return actor_; }
  const std::string& key_id() const { return key_id_; }
  RoleSet roles() const { return roles_; }
  // Groups that the credential vouches for; none when the call is made for somebody else, of whom it knows nothing.
  const std::vector<std::string>& claimed_groups() const { return claimed_groups_; }
  // Whether the credential itself may act for others.
  bool delegate() const { return delegate_; }

 private:
  friend absl::StatusOr<Caller> Authenticate(const KeyRing& keys, const Credentials& credentials);
  Caller() = default;

  std::string tenant_;
  std::string principal_;
  std::string actor_;
  std::string key_id_;
  std::vector<std::string> claimed_groups_;
  RoleSet roles_;
  bool delegate_ = false;
};

// UNAUTHENTICATED without exactly one valid credential. PERMISSION_DENIED when a principal is asserted without the
// delegate scope. INVALID_ARGUMENT when the asserted name is malformed. Who acts for somebody else keeps only the role
// reader.
absl::StatusOr<Caller> Authenticate(const KeyRing& keys, const Credentials& credentials);

// PERMISSION_DENIED, naming the roles that would do, unless the caller may call `method`.
absl::Status Authorize(const Caller& caller, std::string_view method);

}  // namespace usher::auth

#endif  // USHER_SERVER_AUTH_CALLER_H_
