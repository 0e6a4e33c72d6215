#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/names.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/audited.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr int kMaxClaimSources = 16;

v1::AccessSettings ToProto(const storage::TenantSettingsRecord& record) {
  v1::AccessSettings message;
  message.mutable_claim_sources()->Assign(record.claim_sources.begin(), record.claim_sources.end());
  message.set_require_known_subjects(record.require_known_subjects);
  return message;
}

absl::StatusOr<storage::TenantSettingsRecord> SettingsFrom(const v1::SetAccessSettingsRequest& request) {
  // Left out by mistake, they would all be reset.
  if (!request.has_settings()) return AtField(absl::InvalidArgumentError("must be set"), "settings");
  const v1::AccessSettings& settings = request.settings();
  if (settings.claim_sources_size() > kMaxClaimSources) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("at most ", kMaxClaimSources, " are allowed")),
                   "settings.claim_sources");
  }
  storage::TenantSettingsRecord record;
  for (int i = 0; i < settings.claim_sources_size(); ++i) {
    if (absl::Status status = acl::ValidateSource(settings.claim_sources(i)); !status.ok()) {
      return AtField(status, absl::StrCat("settings.claim_sources[", i, "]"));
    }
    record.claim_sources.push_back(settings.claim_sources(i));
  }
  std::sort(record.claim_sources.begin(), record.claim_sources.end());
  record.claim_sources.erase(std::unique(record.claim_sources.begin(), record.claim_sources.end()),
                             record.claim_sources.end());
  record.require_known_subjects = settings.require_known_subjects();
  return record;
}

}  // namespace

absl::Status GetAccessSettings(const Call& call, const v1::GetAccessSettingsRequest&, v1::AccessSettings* response) {
  *response = ToProto(call.corpus().GetSettings(call.tenant()));
  return absl::OkStatus();
}

absl::Status SetAccessSettings(const Call& call, const v1::SetAccessSettingsRequest& request,
                               v1::AccessSettings* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto record = SettingsFrom(request);
  if (!record.ok()) return record.status();
  const Act act{"access_settings.set",
                {{"claim_sources", absl::StrJoin(record->claim_sources, ",")},
                 {"require_known_subjects", record->require_known_subjects ? "true" : "false"}}};
  return DoAuditedOnce(call, *write, act, [&] {
    auto written = call.corpus().SetSettings(*write, *std::move(record), "");
    if (!written.ok()) return written.status();
    // What is in force, which after a repeated request may be what somebody else has set since.
    const storage::TenantSettingsRecord settings = call.corpus().GetSettings(call.tenant());
    *response = ToProto(settings);
    response->set_revision_token(call.Token(settings.revision));
    return absl::OkStatus();
  });
}

}  // namespace usher::rpc::access
