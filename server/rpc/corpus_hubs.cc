// What owners are told of chunks that answer everything.
#include "index/corpus/resource_name.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {
namespace {

// False for a chunk of content that was replaced or deleted since.
absl::StatusOr<bool> IsCurrent(const Call& call, const pipeline::Hub& hub) {
  const auto name = corpus::ParseChunkName(hub.name);
  if (!name.ok()) return name.status();
  const auto document = call.corpus().GetDocument(call.tenant(), {name->collection, name->document});
  if (absl::IsNotFound(document.status())) return false;
  if (!document.ok()) return document.status();
  return document->version == hub.key.version;
}

}  // namespace

absl::Status ListHubs(const Call& call, const v1::ListHubsRequest& request, v1::ListHubsResponse* response) {
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  corpus::NodeName node;
  node.collection = *collection;
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(node); !status.ok()) return status;
  const auto info = call.corpus().GetCollection(call.tenant(), *collection);
  if (!info.ok()) return info.status();
  for (const pipeline::Hub& hub : call.backend.queries->hubs().Hubs(info->record.id)) {
    const absl::StatusOr<bool> current = IsCurrent(call, hub);
    if (!current.ok()) return current.status();
    if (!*current) continue;
    v1::Hub* out = response->add_hubs();
    out->set_chunk(hub.name);
    out->set_appearances(hub.appearances);
    out->set_answers(hub.answers);
  }
  return absl::OkStatus();
}

}  // namespace usher::rpc::documents
