#include "server/auth/roles.h"

#include <initializer_list>
#include <utility>

namespace usher::auth {
namespace {

constexpr std::pair<Role, std::string_view> kNames[] = {
    {Role::kReader, "reader"},   {Role::kOwner, "owner"},       {Role::kAdministrator, "administrator"},
    {Role::kAuditor, "auditor"}, {Role::kOperator, "operator"},
};

RoleSet Any(std::initializer_list<Role> roles) {
  RoleSet set;
  for (const Role role : roles) set.Add(role);
  return set;
}

const MethodAccess* Find(std::string_view method) {
  for (const MethodAccess& access : MethodTable()) {
    if (access.method == method) return &access;
  }
  return nullptr;
}

}  // namespace

std::optional<Role> ParseRole(std::string_view name) {
  for (const auto& [role, role_name] : kNames) {
    if (role_name == name) return role;
  }
  return std::nullopt;
}

std::string_view RoleName(Role role) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == role) return name;
  }
  return "unknown";
}

const std::vector<Role>& AllRoles() {
  static const auto& roles =
      *new std::vector<Role>{Role::kReader, Role::kOwner, Role::kAdministrator, Role::kAuditor, Role::kOperator};
  return roles;
}

const std::vector<MethodAccess>& MethodTable() {
  static const RoleSet reader = Any({Role::kReader});
  static const RoleSet manager = Any({Role::kOwner, Role::kAdministrator});
  static const RoleSet viewer = Any({Role::kOwner, Role::kAdministrator, Role::kOperator});
  static const RoleSet administrator = Any({Role::kAdministrator});
  static const RoleSet anyone =
      Any({Role::kReader, Role::kOwner, Role::kAdministrator, Role::kAuditor, Role::kOperator});
  static const RoleSet auditor = Any({Role::kAdministrator, Role::kAuditor});
  // Open to readers for themselves; the handlers ask for more when it is about somebody else.
  static const RoleSet checker = Any({Role::kReader, Role::kOwner, Role::kAdministrator});
  static const RoleSet lister = Any({Role::kReader, Role::kAdministrator});
  static const auto& table = *new std::vector<MethodAccess>{
      {"usher.v1.RetrievalService/Search", reader},
      {"usher.v1.RetrievalService/BatchSearch", reader},
      {"usher.v1.RetrievalService/GetChunks", reader},
      {"usher.v1.GuardService/Inspect", reader},
      {"usher.v1.GuardService/InspectStream", reader},
      {"usher.v1.CorpusService/CreateCollection", administrator},
      {"usher.v1.CorpusService/GetCollection", viewer},
      {"usher.v1.CorpusService/ListCollections", viewer},
      {"usher.v1.CorpusService/UpdateCollection", manager},
      {"usher.v1.CorpusService/DeleteCollection", administrator},
      {"usher.v1.CorpusService/UpsertDocuments", manager},
      {"usher.v1.CorpusService/StreamUpsertDocuments", manager},
      {"usher.v1.CorpusService/GetDocument", manager},
      {"usher.v1.CorpusService/ListDocuments", manager},
      {"usher.v1.CorpusService/DeleteDocuments", manager},
      {"usher.v1.CorpusService/ListHubs", manager},
      {"usher.v1.CorpusService/GetPolicyReview", manager},
      {"usher.v1.CorpusService/RevealPseudonyms", manager},
      {"usher.v1.AccessService/UpdateMembers", administrator},
      {"usher.v1.AccessService/ListGroups", manager},
      {"usher.v1.AccessService/ListMembers", manager},
      {"usher.v1.AccessService/SetClearances", administrator},
      {"usher.v1.AccessService/ListClearances", administrator},
      {"usher.v1.AccessService/SetPolicies", manager},
      {"usher.v1.AccessService/GetPolicy", manager},
      {"usher.v1.AccessService/ListFolders", manager},
      {"usher.v1.AccessService/Check", checker},
      {"usher.v1.AccessService/BatchCheck", checker},
      {"usher.v1.AccessService/ListAccessible", lister},
      {"usher.v1.AccessService/StreamAccessible", lister},
      {"usher.v1.AccessService/ListReaders", manager},
      {"usher.v1.AccessService/Explain", manager},
      {"usher.v1.AccessService/Preview", administrator},
      {"usher.v1.AccessService/Watch", auditor},
      {"usher.v1.AccessService/RequestBreakGlass", administrator},
      {"usher.v1.AccessService/ApproveBreakGlass", administrator},
      {"usher.v1.AccessService/EndBreakGlass", administrator},
      {"usher.v1.AccessService/ListBreakGlass", auditor},
      {"usher.v1.AccessService/GetAccessSettings", administrator},
      {"usher.v1.AccessService/SetAccessSettings", administrator},
      {"usher.v1.SyncService/SetSource", administrator},
      {"usher.v1.SyncService/ListSources", administrator},
      {"usher.v1.SyncService/DeleteSource", administrator},
      {"usher.v1.SyncService/BeginSync", manager},
      {"usher.v1.SyncService/PushSync", manager},
      {"usher.v1.SyncService/CommitSync", manager},
      {"usher.v1.SyncService/AbortSync", manager},
      {"usher.v1.SyncService/ApproveSync", administrator},
      {"usher.v1.AdminService/CreateApiKey", administrator},
      {"usher.v1.AdminService/ListApiKeys", administrator},
      {"usher.v1.AdminService/RevokeApiKey", administrator},
      {"usher.v1.AdminService/GetServerInfo", anyone},
  };
  return table;
}

bool MayCall(std::string_view method, RoleSet roles) {
  const MethodAccess* access = Find(method);
  return access != nullptr && roles.Intersects(access->any_of);
}

std::string RolesNeeded(std::string_view method) {
  const MethodAccess* access = Find(method);
  if (access == nullptr) return "a role that no credential has";
  std::string text;
  for (const Role role : AllRoles()) {
    if (!access->any_of.Has(role)) continue;
    if (!text.empty()) text += " or ";
    text += RoleName(role);
  }
  return text;
}

}  // namespace usher::auth
