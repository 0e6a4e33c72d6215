#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_time.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr std::pair<auth::Role, v1::Role> kRoles[] = {
    {auth::Role::kReader, v1::ROLE_READER},
    {auth::Role::kOwner, v1::ROLE_OWNER},
    {auth::Role::kAdministrator, v1::ROLE_ADMINISTRATOR},
    {auth::Role::kAuditor, v1::ROLE_AUDITOR},
    {auth::Role::kOperator, v1::ROLE_OPERATOR},
};

}  // namespace

void AddRoles(auth::RoleSet roles, google::protobuf::RepeatedField<int>* out) {
  for (const auto& [role, message] : kRoles) {
    if (roles.Has(role)) out->Add(message);
  }
}

absl::StatusOr<auth::RoleSet> RolesFromProto(const google::protobuf::RepeatedField<int>& roles) {
  auth::RoleSet set;
  for (const int value : roles) {
    bool known = false;
    for (const auto& [role, message] : kRoles) {
      if (message != value) continue;
      set.Add(role);
      known = true;
    }
    if (!known) return AtField(absl::InvalidArgumentError("holds a role that is not known"), "roles");
  }
  if (set.empty()) return AtField(absl::InvalidArgumentError("must name at least one role"), "roles");
  return set;
}

v1::ApiKey ToProto(const storage::ApiKeyRecord& record) {
  v1::ApiKey message;
  message.set_key_id(record.key_id);
  message.set_principal(record.principal);
  AddRoles(auth::RoleSet(record.roles), message.mutable_roles());
  message.set_delegate(record.delegate);
  *message.mutable_create_time() = ToProto(record.create_time);
  if (record.expire_time != absl::InfiniteFuture()) *message.mutable_expire_time() = ToProto(record.expire_time);
  message.set_revoked(record.revoked);
  message.mutable_groups()->Assign(record.groups.begin(), record.groups.end());
  return message;
}

absl::StatusOr<std::vector<std::string>> ClaimedGroupsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& groups) {
  if (static_cast<size_t>(groups.size()) > auth::kMaxClaimedGroups) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("at most ", auth::kMaxClaimedGroups, " are allowed")),
                   "groups");
  }
  for (int i = 0; i < groups.size(); ++i) {
    if (absl::Status status = auth::ValidateClaimedGroup(groups[i]); !status.ok()) {
      return AtField(status, absl::StrCat("groups[", i, "]"));
    }
  }
  return std::vector<std::string>(groups.begin(), groups.end());
}

}  // namespace usher::rpc
