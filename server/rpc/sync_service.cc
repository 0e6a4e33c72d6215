#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/names.h"
#include "server/rpc/audited.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/handler.h"
#include "server/rpc/services.h"
#include "server/status_detail.h"
#include "usher/v1/sync.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using grpc::ServerContext;

constexpr int kMaxPart = 10'000;

absl::Status CheckSource(const std::string& name, const char* field) {
  return AtField(acl::ValidateSource(name), field);
}

// Begin, push, commit and abort carry no request_id: repeating them does no harm.
template <typename Request>
absl::StatusOr<corpus::WriteContext> Context(const Call& call, const Request& request) {
  if (absl::Status status = CheckSource(request.source(), "source"); !status.ok()) return status;
  return WriteContextOf(call.caller(), call.method, "", request);
}

absl::Status SetSource(const Call& call, const v1::SetSourceRequest& request, v1::Source* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto record = FromProto(request.source());
  if (!record.ok()) return record.status();
  const Act act{"source.set",
                {{"source", record->name},
                 {"agents", absl::StrJoin(record->agents, ",")},
                 {"collections", absl::StrJoin(record->collections, ",")},
                 {"share_limit", absl::StrCat(record->share_limit)}}};
  return DoAuditedOnce(call, *write, act, [&] {
    auto made = call.corpus().SetSource(*write, *record);
    if (!made.ok()) return made.status();
    *response = ToProto(*made);
    response->set_revision_token(call.Token(call.corpus().revision()));
    return absl::OkStatus();
  });
}

absl::Status ListSources(const Call& call, const v1::ListSourcesRequest&, v1::ListSourcesResponse* response) {
  for (const auto& record : call.corpus().ListSources(call.tenant())) *response->add_sources() = ToProto(record);
  return absl::OkStatus();
}

absl::Status DeleteSource(const Call& call, const v1::DeleteSourceRequest& request,
                          v1::DeleteSourceResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  if (absl::Status status = CheckSource(request.name(), "name"); !status.ok()) return status;
  return DoAuditedOnce(call, *write, {"source.deleted", {{"source", request.name()}}}, [&] {
    auto result = call.corpus().DeleteSource(*write, request.name(), "");
    if (result.ok()) response->set_revision_token(call.Token(result->revision));
    return result.status();
  });
}

absl::Status BeginSync(const Call& call, const v1::BeginSyncRequest& request, v1::BeginSyncResponse* response) {
  auto write = Context(call, request);
  if (!write.ok()) return write.status();
  auto sync_id = call.corpus().BeginSync(*write, request.source());
  if (!sync_id.ok()) return sync_id.status();
  response->set_sync_id(*sync_id);
  return absl::OkStatus();
}

// Exports may name a membership twice, which says nothing new; a group of another source would be taken over.
absl::Status TakeMemberships(const v1::PushSyncRequest& request, storage::SyncPartRecord& part) {
  for (int i = 0; i < request.memberships_size(); ++i) {
    const v1::Membership& membership = request.memberships(i);
    const std::string at = absl::StrCat("memberships[", i, "]");
    if (absl::Status status = acl::ValidateGroup(membership.group()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".group"));
    }
    if (acl::SourceOf(membership.group()) != request.source()) {
      return AtField(absl::InvalidArgumentError(absl::StrCat(
                         "is not a group of this source: it must begin with group:", request.source(), "/")),
                     absl::StrCat(at, ".group"));
    }
    if (absl::Status status = acl::ValidateMember(membership.member()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".member"));
    }
    part.memberships.push_back({membership.group(), membership.member()});
  }
  return absl::OkStatus();
}

absl::Status TakePolicies(const Call& call, const v1::PushSyncRequest& request, storage::SyncPartRecord& part) {
  for (int i = 0; i < request.policies_size(); ++i) {
    if (request.policies(i).etag().empty()) continue;
    return AtField(absl::InvalidArgumentError("has no meaning in a sync: leave it empty"),
                   absl::StrCat("policies[", i, "].etag"));
  }
  auto updates = UpdatesFromProto(request.policies(), "policies", Etags::kIgnore, *call.backend.tokens);
  if (!updates.ok()) return updates.status();
  for (size_t i = 0; i < updates->size(); ++i) {
    corpus::PolicyUpdate& update = (*updates)[i];
    const std::string at = absl::StrCat("policies[", i, "]");
    if (update.node.chunk) {
      return AtField(absl::InvalidArgumentError("a source has no say over single chunks"),
                     absl::StrCat(at, ".resource"));
    }
    if (!update.policy.ceiling.empty() || !update.policy.owners.empty()) {
      return AtField(absl::InvalidArgumentError("a source sets no ceiling and no owners"), absl::StrCat(at, ".policy"));
    }
    part.grants.push_back({corpus::FormatNodeName(update.node), std::move(update.policy)});
  }
  return absl::OkStatus();
}

absl::Status PushSync(const Call& call, const v1::PushSyncRequest& request, v1::PushSyncResponse*) {
  auto write = Context(call, request);
  if (!write.ok()) return write.status();
  if (int64_t{request.memberships_size()} + request.policies_size() > kMaxPart) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("memberships and policies must hold at most ", kMaxPart,
                                                           " altogether; send more parts")),
                   request.memberships_size() > kMaxPart ? "memberships" : "policies");
  }
  storage::SyncPartRecord part;
  part.sync_id = request.sync_id();
  part.number = request.part();
  if (absl::Status status = TakeMemberships(request, part); !status.ok()) return status;
  if (absl::Status status = TakePolicies(call, request, part); !status.ok()) return status;
  absl::Status status = call.corpus().PushSync(*write, request.source(), std::move(part));
  return absl::IsInvalidArgument(status) ? AtField(status, "part") : status;
}

// What is wrong with a picture was sent before: the commit names it by its sync.
absl::Status InPicture(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? AtField(status, "sync_id") : status;
}

absl::Status CommitSync(const Call& call, const v1::CommitSyncRequest& request, v1::CommitSyncResponse* response) {
  auto write = Context(call, request);
  if (!write.ok()) return write.status();
  auto outcome = call.corpus().CommitSync(*write, request.source(), request.sync_id(), request.parts());
  if (!outcome.ok()) return InPicture(outcome.status());
  *response = ToProto(*outcome, request.sync_id(), *call.backend.tokens);
  if (!outcome->held) return absl::OkStatus();
  return RecordAct(
      call, {"sync.held",
             {{"source", request.source()}, {"sync_id", request.sync_id()}, {"held_because", outcome->held_reason}}});
}

absl::Status AbortSync(const Call& call, const v1::AbortSyncRequest& request, v1::AbortSyncResponse* response) {
  auto write = Context(call, request);
  if (!write.ok()) return write.status();
  absl::Status status = call.corpus().AbortSync(*write, request.source(), request.sync_id());
  if (!status.ok()) return status;
  response->set_revision_token(call.Token(call.corpus().revision()));
  return absl::OkStatus();
}

absl::Status ApproveSync(const Call& call, const v1::ApproveSyncRequest& request, v1::CommitSyncResponse* response) {
  auto write = Context(call, request);
  if (!write.ok()) return write.status();
  const Act act{"sync.approved", {{"source", request.source()}, {"sync_id", request.sync_id()}}};
  return DoAudited(call, act, [&] {
    auto outcome = call.corpus().ApproveSync(*write, request.source(), request.sync_id());
    if (outcome.ok()) *response = ToProto(*outcome, request.sync_id(), *call.backend.tokens);
    return InPicture(outcome.status());
  });
}

class SyncService final : public v1::SyncService::Service {
 public:
  explicit SyncService(const Backend& backend) : backend_(backend) {}

  grpc::Status SetSource(ServerContext* context, const v1::SetSourceRequest* request, v1::Source* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/SetSource", WorkKind::kWrite, rpc::SetSource, *request,
               response);
  }

  grpc::Status ListSources(ServerContext* context, const v1::ListSourcesRequest* request,
                           v1::ListSourcesResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/ListSources", WorkKind::kQuery, rpc::ListSources, *request,
               response);
  }

  grpc::Status DeleteSource(ServerContext* context, const v1::DeleteSourceRequest* request,
                            v1::DeleteSourceResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/DeleteSource", WorkKind::kWrite, rpc::DeleteSource, *request,
               response);
  }

  grpc::Status BeginSync(ServerContext* context, const v1::BeginSyncRequest* request,
                         v1::BeginSyncResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/BeginSync", WorkKind::kWrite, rpc::BeginSync, *request,
               response);
  }

  grpc::Status PushSync(ServerContext* context, const v1::PushSyncRequest* request,
                        v1::PushSyncResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/PushSync", WorkKind::kWrite, rpc::PushSync, *request,
               response);
  }

  grpc::Status CommitSync(ServerContext* context, const v1::CommitSyncRequest* request,
                          v1::CommitSyncResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/CommitSync", WorkKind::kWrite, rpc::CommitSync, *request,
               response);
  }

  grpc::Status AbortSync(ServerContext* context, const v1::AbortSyncRequest* request,
                         v1::AbortSyncResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/AbortSync", WorkKind::kWrite, rpc::AbortSync, *request,
               response);
  }

  grpc::Status ApproveSync(ServerContext* context, const v1::ApproveSyncRequest* request,
                           v1::CommitSyncResponse* response) override {
    return Run(backend_, *context, "usher.v1.SyncService/ApproveSync", WorkKind::kWrite, rpc::ApproveSync, *request,
               response);
  }

 private:
  const Backend backend_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSyncService(const Backend& backend) {
  return std::make_unique<SyncService>(backend);
}

}  // namespace usher::rpc
