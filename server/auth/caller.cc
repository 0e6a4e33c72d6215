#include "server/auth/caller.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/names.h"

namespace usher::auth {
namespace {

constexpr std::string_view kScheme = "Bearer ";

}  // namespace

absl::StatusOr<Caller> Authenticate(const KeyRing& keys, const Credentials& credentials) {
  if (credentials.authorization.size() != 1) {
    return absl::UnauthenticatedError(credentials.authorization.empty()
                                          ? "no credential: send metadata `authorization: Bearer KEY`"
                                          : "more than one credential: send one `authorization` only");
  }
  const std::string& header = credentials.authorization.front();
  if (!absl::StartsWithIgnoreCase(header, acl::ToAbsl(kScheme))) {
    return absl::UnauthenticatedError("`authorization` must have the form `Bearer KEY`");
  }
  absl::StatusOr<KeyHolder> holder = keys.Verify(std::string_view(header).substr(kScheme.size()));
  if (!holder.ok()) return holder.status();

  Caller caller;
  caller.tenant_ = std::move(holder->tenant);
  caller.actor_ = holder->principal;
  caller.principal_ = std::move(holder->principal);
  caller.key_id_ = std::move(holder->key_id);
  caller.roles_ = holder->roles;
  caller.delegate_ = holder->delegate;
  if (credentials.principal.empty()) {
    caller.claimed_groups_ = std::move(holder->groups);
    return caller;
  }
  if (credentials.principal.size() > 1) {
    return absl::InvalidArgumentError("more than one `usher-principal`: send one only");
  }
  if (!holder->delegate) {
    return absl::PermissionDeniedError(
        "this key may not act for others: remove `usher-principal`, or use a key with the delegate scope");
  }
  if (absl::Status status = acl::ValidatePrincipal(credentials.principal.front()); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("`usher-principal`: ", status.message()));
  }
  caller.principal_ = credentials.principal.front();
  caller.roles_ = RoleSet(caller.roles_.bits() & static_cast<uint32_t>(Role::kReader));
  return caller;
}

absl::Status Authorize(const Caller& caller, std::string_view method) {
  if (MayCall(method, caller.roles())) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("this call needs the role ", RolesNeeded(method)));
}

}  // namespace usher::auth
