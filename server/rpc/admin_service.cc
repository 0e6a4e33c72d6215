#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/rpc/audited.h"
#include "server/rpc/call.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/pager.h"
#include "server/rpc/services.h"
#include "server/status_detail.h"
#include "server/version.h"
#include "usher/v1/admin.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using pipeline::Visit;

constexpr DurationBounds kLifetime{absl::Minutes(1), absl::Hours(24 * 3'653), "1 minute to 10 years"};

absl::StatusOr<absl::Time> ExpiryFrom(const v1::CreateApiKeyRequest& request, absl::Time now) {
  if (!request.has_lifetime()) return absl::InfiniteFuture();
  const auto lifetime = DurationFromProto(request.lifetime(), kLifetime, "lifetime");
  if (!lifetime.ok()) return lifetime.status();
  return now + *lifetime;
}

// Nobody hands out more roles than they hold. Whose key it is, and whether it may act for others, is for administrators
// to say: they are the identity provider of API keys.
absl::Status CheckGrant(const auth::Caller& caller, const auth::NewKey& key) {
  if (!caller.roles().Contains(key.roles)) {
    return AtField(absl::PermissionDeniedError("a key can only be given roles that its maker holds"), "roles");
  }
  return absl::OkStatus();
}

class AdminService final : public v1::AdminService::Service {
 public:
  explicit AdminService(const Backend& backend) : backend_(backend) {}

  grpc::Status CreateApiKey(grpc::ServerContext* context, const v1::CreateApiKeyRequest* request,
                            v1::CreateApiKeyResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AdminService/CreateApiKey";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto roles = RolesFromProto(request->roles());
      if (!roles.ok()) return roles.status();
      const absl::Time now = backend_.clock->Now();
      auto expiry = ExpiryFrom(*request, now);
      if (!expiry.ok()) return expiry.status();
      auto groups = ClaimedGroupsFromProto(request->groups());
      if (!groups.ok()) return groups.status();
      const auth::NewKey key{visit.caller.tenant(), request->principal(), *roles, request->delegate(), *expiry,
                             *std::move(groups),    visit.caller.key_id()};
      if (absl::Status status = CheckGrant(visit.caller, key); !status.ok()) return status;
      auto made = auth::MakeApiKey(key, now);
      if (!made.ok()) return AtField(made.status(), "principal");
      absl::Status written = Store(Call{backend_, visit, kMethod}, "api_key.created", made->record);
      if (!written.ok()) return written;
      *response->mutable_api_key() = ToProto(made->record);
      response->set_secret(made->secret);
      return absl::OkStatus();
    });
  }

  grpc::Status ListApiKeys(grpc::ServerContext* context, const v1::ListApiKeysRequest* request,
                           v1::ListApiKeysResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AdminService/ListApiKeys";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto pager = Pager::Open(Call{backend_, visit, kMethod}, "", request->page_size(), request->page_token());
      if (!pager.ok()) return pager.status();
      const auto found = backend_.keys->List(visit.caller.tenant(), pager->after(), pager->limit());
      response->set_next_page_token(pager->ShowPage(
          found, [&](const auto& record) { *response->add_api_keys() = ToProto(*record); },
          [](const auto& record) { return record->key_id; }));
      return absl::OkStatus();
    });
  }

  grpc::Status RevokeApiKey(grpc::ServerContext* context, const v1::RevokeApiKeyRequest* request,
                            v1::RevokeApiKeyResponse*) override {
    constexpr std::string_view kMethod = "usher.v1.AdminService/RevokeApiKey";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      // Two administrators who revoke each other's keys must not both find the other's key still there.
      const std::scoped_lock lock(revoking_);
      const auto known = backend_.keys->Find(visit.caller.tenant(), request->key_id());
      if (known == nullptr) return AtField(absl::NotFoundError("there is no such key"), "key_id");
      if (absl::Status status = CheckAdministered(*known); !status.ok()) return status;
      storage::ApiKeyRecord record = *known;
      record.revoked = true;
      return Store(Call{backend_, visit, kMethod}, "api_key.revoked", record);
    });
  }

  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest*,
                             v1::GetServerInfoResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AdminService/GetServerInfo";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      response->set_version(kVersion);
      response->set_principal(visit.caller.principal());
      response->set_tenant(visit.caller.tenant());
      AddRoles(visit.caller.roles(), response->mutable_roles());
      if (backend_.embedder != nullptr) {
        response->set_embedding_model(backend_.embedder->model_id());
        response->set_embedding_dimension(backend_.embedder->dimension());
      }
      const bool manages =
          visit.caller.roles().Has(auth::Role::kAdministrator) || visit.caller.roles().Has(auth::Role::kOperator);
      if (manages) FillStatistics(visit.caller.tenant(), response->mutable_statistics());
      return absl::OkStatus();
    });
  }

 private:
  // Whoever makes keys can make themselves somebody else: that is never unseen.
  absl::Status Store(const Call& call, const char* action, const storage::ApiKeyRecord& record) const {
    const Act act{action,
                  {{"key_id", record.key_id},
                   {"principal", record.principal},
                   {"roles", absl::StrCat(record.roles)},
                   {"delegate", record.delegate ? "true" : "false"},
                   {"groups", absl::StrJoin(record.groups, ",")}}};
    return DoAudited(call, act, [&] {
      auto written = backend_.corpus->PutApiKey(record);
      if (written.ok()) backend_.keys->Put(record);
      return written.status();
    });
  }

  void FillStatistics(const std::string& tenant, v1::Statistics* out) const {
    const corpus::TenantStatistics statistics = backend_.corpus->Statistics(tenant);
    out->set_collections(statistics.collections);
    out->set_documents(statistics.documents);
    out->set_chunks(statistics.chunks);
    out->set_classes(statistics.classes);
    out->set_groups(statistics.groups);
    *out->mutable_uptime() = ToProto(backend_.clock->Now() - backend_.start_time);
    out->set_verify_defects(backend_.queries->verify_defects());
  }

  // A tenant without an administrator could never be managed again.
  absl::Status CheckAdministered(const storage::ApiKeyRecord& revoked) const {
    const bool counts = auth::RoleSet(revoked.roles).Has(auth::Role::kAdministrator) && backend_.keys->IsValid(revoked);
    if (!counts || backend_.keys->HasOtherAdministrator(revoked.tenant, revoked.key_id)) return absl::OkStatus();
    return WithReason(AtField(absl::FailedPreconditionError("this is the tenant's last valid key of an administrator; "
                                                            "make another one before you revoke it"),
                              "key_id"),
                      "LAST_ADMINISTRATOR");
  }

  const Backend backend_;
  std::mutex revoking_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAdminService(const Backend& backend) {
  return std::make_unique<AdminService>(backend);
}

}  // namespace usher::rpc
