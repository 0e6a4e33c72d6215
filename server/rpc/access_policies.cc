#include "absl/strings/str_cat.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/ownership.h"
#include "server/rpc/pager.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr int kMaxUpdates = 1'000;

v1::ListFoldersResponse::Folder FolderToProto(const Call& call, const std::string& collection,
                                              const storage::FolderRecord& record) {
  v1::ListFoldersResponse::Folder folder;
  folder.set_name(corpus::FormatFolderName(collection, record.path));
  *folder.mutable_policy() = ToProto(record.policy);
  folder.set_etag(call.Token(record.policy_revision));
  folder.set_source(record.policy_source);
  return folder;
}

}  // namespace

absl::Status SetPolicies(const Call& call, const v1::SetPoliciesRequest& request, v1::SetPoliciesResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  if (request.updates().empty() || request.updates_size() > kMaxUpdates) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxUpdates, " updates")), "updates");
  }
  auto updates = UpdatesFromProto(request.updates(), "updates", Etags::kRead, *call.backend.tokens);
  if (!updates.ok()) return updates.status();
  auto result = call.corpus().SetPolicies(*write, *updates, "");
  if (!result.ok()) return result.status();
  response->set_revision_token(call.Token(result->write.revision));
  response->mutable_unknown_subjects()->Assign(result->unknown_subjects.begin(), result->unknown_subjects.end());
  return absl::OkStatus();
}

absl::Status GetPolicy(const Call& call, const v1::GetPolicyRequest& request, v1::GetPolicyResponse* response) {
  auto node = corpus::ParseNodeName(request.resource());
  if (!node.ok()) return AtField(node.status(), "resource");
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(*node); !status.ok()) return status;
  auto policy = call.corpus().GetPolicy(call.tenant(), *node);
  if (!policy.ok()) return policy.status();
  *response->mutable_policy() = ToProto(policy->policy);
  response->set_etag(call.Token(policy->revision));
  response->set_source(policy->source);
  return absl::OkStatus();
}

absl::Status ListFolders(const Call& call, const v1::ListFoldersRequest& request, v1::ListFoldersResponse* response) {
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  auto pager = Pager::Open(call, *collection, request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const Ownership ownership(call.corpus(), call.caller());
  if (absl::Status status = ownership.RequireSomethingIn(*collection); !status.ok()) return status;
  auto next = pager->ShowKept(
      [&](const std::string& after, size_t limit) {
        return call.corpus().ListFolders(call.tenant(), *collection, after, limit);
      },
      [&](const storage::FolderRecord& record) {
        corpus::NodeName node;
        node.collection = *collection;
        node.folder = record.path;
        return ownership.Manages(node);
      },
      [&](const storage::FolderRecord& record) { *response->add_folders() = FolderToProto(call, *collection, record); },
      [](const storage::FolderRecord& record) { return record.path; });
  if (!next.ok()) return next.status();
  response->set_next_page_token(*next);
  return absl::OkStatus();
}

}  // namespace usher::rpc::access
