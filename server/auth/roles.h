// What a credential may do, and which role each RPC asks for.
//
// Guarantees: a method that is not in the table is allowed to nobody. Thread-safety: constants and pure functions.
#ifndef USHER_SERVER_AUTH_ROLES_H_
#define USHER_SERVER_AUTH_ROLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace usher::auth {

enum class Role : uint32_t {
  kReader = 1u << 0,         // searches and reads text that rules allow
  kOwner = 1u << 1,          // manages the nodes it owns
  kAdministrator = 1u << 2,  // manages collections, groups and keys as well
  kAuditor = 1u << 3,        // reads the audit log
  kOperator = 1u << 4,       // runs the server
};

// A set of roles; the bits are stored on disk and must not change their meaning.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr explicit RoleSet(uint32_t bits) : bits_(bits & kAllBits) {}
  constexpr void Add(Role role) { bits_ |= static_cast<uint32_t>(role); }
  constexpr bool Has(Role role) const { return (bits_ & static_cast<uint32_t>(role)) != 0; }
  constexpr bool Intersects(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool Contains(RoleSet other) const { return (bits_ & other.bits_) == other.bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint32_t bits() const { return bits_; }

 private:
  static constexpr uint32_t kAllBits = 31;
  uint32_t bits_ = 0;
};

// `reader`, `owner`, `administrator`, `auditor`, `operator`.
std::optional<Role> ParseRole(std::string_view name);
std::string_view RoleName(Role role);
// All of them, for messages and for walking a set.
const std::vector<Role>& AllRoles();

// What the table says of a method such as "usher.v1.RetrievalService/Search".
struct MethodAccess {
  std::string_view method;
  RoleSet any_of;  // the caller needs one of these
};
const std::vector<MethodAccess>& MethodTable();

// Whether one of `roles` may call `method`.
bool MayCall(std::string_view method, RoleSet roles);

// The roles that may call `method`, for a message: "owner or administrator".
std::string RolesNeeded(std::string_view method);

}  // namespace usher::auth

#endif  // USHER_SERVER_AUTH_ROLES_H_
