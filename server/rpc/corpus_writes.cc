#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "server/rpc/audited.h"
#include "server/rpc/convert.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {
namespace {

constexpr int kMaxDeletes = 1'000;

absl::StatusOr<std::vector<std::string>> DeletedIds(const v1::DeleteDocumentsRequest& request,
                                                    const std::string& collection) {
  if (request.names().empty() || request.names_size() > kMaxDeletes) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxDeletes, " names")), "names");
  }
  std::vector<std::string> ids;
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < request.names_size(); ++i) {
    const std::string field = absl::StrCat("names[", i, "]");
    auto name = corpus::ParseDocumentName(request.names(i));
    if (!name.ok()) return AtField(name.status(), field);
    if (name->collection != collection) {
      return AtField(absl::InvalidArgumentError("is not in the request's collection"), field);
    }
    if (seen.insert(name->document).second) ids.push_back(name->document);
  }
  return ids;
}

// Fills in the exact model, and the dimension that follows from it.
absl::Status ChooseModel(const embed::Embedder* embedder, const v1::Collection& collection,
                         storage::CollectionRecord& record) {
  const std::string& wanted = collection.embedding_model();
  if (wanted.empty()) {
    if (record.dimension > 0) return absl::OkStatus();
    return AtField(absl::InvalidArgumentError("must be 1 to 4096 for a collection without an embedding model"),
                   "collection.dimension");
  }
  if (embedder == nullptr) {
    return AtField(absl::FailedPreconditionError("this server has no embedding model; leave it empty and send vectors"),
                   "collection.embedding_model");
  }
  if (wanted != "default" && wanted != embedder->model_id()) {
    return AtField(absl::InvalidArgumentError(
                       absl::StrCat("this server runs '", embedder->model_id(), "'; say `default` or that name")),
                   "collection.embedding_model");
  }
  if (record.dimension != 0 && record.dimension != embedder->dimension()) {
    return WithReason(AtField(absl::InvalidArgumentError(
                                  absl::StrCat("the model has ", embedder->dimension(), " dimensions; leave this 0")),
                              "collection.dimension"),
                      "DIMENSION_MISMATCH");
  }
  record.embedding_model = embedder->model_id();
  record.dimension = embedder->dimension();
  return absl::OkStatus();
}

absl::StatusOr<corpus::CollectionUpdate> UpdateFromProto(const v1::UpdateCollectionRequest& request) {
  corpus::CollectionUpdate update;
  if (request.has_strict_search()) update.strict_search = request.strict_search();
  if (request.has_trust_tier()) {
    const auto tier = FromProto(request.trust_tier(), "trust_tier");
    if (!tier.ok()) return tier.status();
    update.trust_tier = *tier;
  }
  if (update.strict_search || update.trust_tier) return update;
  return AtField(absl::InvalidArgumentError("must be set, unless `trust_tier` is: there is nothing to change"),
                 "strict_search");
}

}  // namespace

absl::Status CreateCollection(const Call& call, const v1::CreateCollectionRequest& request,
                              v1::CreateCollectionResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto record = FromProto(request.collection());
  if (!record.ok()) return record.status();
  if (absl::Status status = ChooseModel(call.backend.embedder, request.collection(), *record); !status.ok()) {
    return status;
  }
  const std::string name = record->name;
  auto result = call.corpus().CreateCollection(*write, *std::move(record), "");
  if (!result.ok()) return result.status();
  auto made = call.corpus().GetCollection(call.tenant(), name);
  if (!made.ok()) return made.status();
  *response->mutable_collection() = ToProto(*made, *call.backend.tokens);
  response->set_revision_token(call.Token(result->revision));
  return absl::OkStatus();
}

absl::Status UpdateCollection(const Call& call, const v1::UpdateCollectionRequest& request,
                              v1::UpdateCollectionResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto name = corpus::ParseCollectionName(request.name());
  if (!name.ok()) return AtField(name.status(), "name");
  auto update = UpdateFromProto(request);
  if (!update.ok()) return update.status();
  corpus::NodeName node;
  node.collection = *name;
  // Nobody's act is recorded that is refused for want of rights.
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(node); !status.ok()) return status;
  Act act{"collection.updated", {{"collection", request.name()}}};
  if (update->strict_search) act.detail.push_back({"strict_search", *update->strict_search ? "true" : "false"});
  if (update->trust_tier) act.detail.push_back({"trust_tier", v1::TrustTier_Name(ToProto(*update->trust_tier))});
  return DoAuditedOnce(call, *write, act, [&] {
    auto result = call.corpus().UpdateCollection(*write, *name, *update, "");
    if (!result.ok()) return result.status();
    auto now = call.corpus().GetCollection(call.tenant(), *name);
    if (!now.ok()) return now.status();
    *response->mutable_collection() = ToProto(*now, *call.backend.tokens);
    response->set_revision_token(call.Token(result->revision));
    return absl::OkStatus();
  });
}

absl::Status DeleteCollection(const Call& call, const v1::DeleteCollectionRequest& request,
                              v1::DeleteCollectionResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto name = corpus::ParseCollectionName(request.name());
  if (!name.ok()) return AtField(name.status(), "name");
  auto result = call.corpus().DeleteCollection(*write, *name, "");
  if (!result.ok()) return result.status();
  response->set_revision_token(call.Token(result->revision));
  return absl::OkStatus();
}

absl::Status DeleteDocuments(const Call& call, const v1::DeleteDocumentsRequest& request,
                             v1::DeleteDocumentsResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  auto ids = DeletedIds(request, *collection);
  if (!ids.ok()) return ids.status();
  auto result = call.corpus().DeleteDocuments(*write, *collection, *ids, "");
  if (!result.ok()) return result.status();
  response->set_revision_token(call.Token(result->revision));
  return absl::OkStatus();
}

}  // namespace usher::rpc::documents
