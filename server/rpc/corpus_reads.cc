#include "absl/strings/str_cat.h"
#include "server/rpc/convert.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/rpc/pager.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {
namespace {

// Operators see that there are collections and how large they are; owners see those in which they own something.
class CollectionsInSight {
 public:
  explicit CollectionsInSight(const Call& call)
      : call_(call),
        ownership_(call.corpus(), call.caller()),
        all_(ownership_.administers() || call.caller().roles().Has(auth::Role::kOperator)) {}

  bool Shows(const std::string& collection) const { return all_ || ownership_.ManagesSomethingIn(collection); }

  absl::Status Require(const std::string& collection) const {
    return all_ ? absl::OkStatus() : ownership_.RequireSomethingIn(collection);
  }

  // Who owns but a part of it is not told its rules, nor how much of it belongs to others; who only runs the server is
  // not told who may read.
  absl::StatusOr<v1::Collection> Describe(const corpus::CollectionInfo& info) const {
    v1::Collection message = ToProto(info, *call_.backend.tokens);
    if (ownership_.administers()) return message;
    corpus::NodeName node;
    node.collection = info.record.name;
    const absl::StatusOr<bool> manages = ownership_.Manages(node);
    if (!manages.ok()) return manages.status();
    if (*manages) return message;
    message.clear_policy();
    message.clear_etag();
    if (all_) return message;
    message.clear_document_count();
    message.clear_chunk_count();
    message.clear_class_count();
    return message;
  }

 private:
  const Call& call_;
  const Ownership ownership_;
  const bool all_;
};

corpus::NodeName NodeOf(const std::string& collection, const std::string& document) {
  corpus::NodeName node;
  node.collection = collection;
  node.document = document;
  return node;
}

}  // namespace

absl::Status GetCollection(const Call& call, const v1::GetCollectionRequest& request, v1::Collection* response) {
  auto name = corpus::ParseCollectionName(request.name());
  if (!name.ok()) return AtField(name.status(), "name");
  const CollectionsInSight sight(call);
  if (absl::Status status = sight.Require(*name); !status.ok()) return status;
  auto info = call.corpus().GetCollection(call.tenant(), *name);
  if (!info.ok()) return info.status();
  auto message = sight.Describe(*info);
  if (!message.ok()) return message.status();
  *response = *std::move(message);
  return absl::OkStatus();
}

absl::Status ListCollections(const Call& call, const v1::ListCollectionsRequest& request,
                             v1::ListCollectionsResponse* response) {
  auto pager = Pager::Open(call, "", request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const CollectionsInSight sight(call);
  absl::Status described;
  auto next = pager->ShowKept(
      [&](const std::string& after, size_t limit) {
        return absl::StatusOr<std::vector<corpus::CollectionInfo>>(
            call.corpus().ListCollections(call.tenant(), after, limit));
      },
      [&](const corpus::CollectionInfo& info) -> absl::StatusOr<bool> { return sight.Shows(info.record.name); },
      [&](const corpus::CollectionInfo& info) {
        auto message = sight.Describe(info);
        described.Update(message.status());
        if (message.ok()) *response->add_collections() = *std::move(message);
      },
      [](const corpus::CollectionInfo& info) { return info.record.name; });
  if (!next.ok()) return next.status();
  if (!described.ok()) return described;
  response->set_next_page_token(*next);
  return absl::OkStatus();
}

absl::Status GetDocument(const Call& call, const v1::GetDocumentRequest& request, v1::Document* response) {
  auto name = corpus::ParseDocumentName(request.name());
  if (!name.ok()) return AtField(name.status(), "name");
  const Ownership ownership(call.corpus(), call.caller());
  if (absl::Status status = ownership.Require(NodeOf(name->collection, name->document)); !status.ok()) return status;
  auto record = call.corpus().GetDocument(call.tenant(), *name);
  if (!record.ok()) return record.status();
  *response = ToProto(name->collection, *record, *call.backend.tokens);
  return absl::OkStatus();
}

absl::Status ListDocuments(const Call& call, const v1::ListDocumentsRequest& request,
                           v1::ListDocumentsResponse* response) {
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  auto pager = Pager::Open(call, *collection, request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const Ownership ownership(call.corpus(), call.caller());
  if (absl::Status status = ownership.RequireSomethingIn(*collection); !status.ok()) return status;
  auto next = pager->ShowKept(
      [&](const std::string& after, size_t limit) {
        return call.corpus().ListDocuments(call.tenant(), *collection, after, limit);
      },
      [&](const storage::DocumentRecord& record) { return ownership.Manages(NodeOf(*collection, record.id)); },
      [&](const storage::DocumentRecord& record) {
        *response->add_documents() = ToProto(*collection, record, *call.backend.tokens);
      },
      [](const storage::DocumentRecord& record) { return record.id; });
  if (!next.ok()) return next.status();
  response->set_next_page_token(*next);
  return absl::OkStatus();
}

}  // namespace usher::rpc::documents
