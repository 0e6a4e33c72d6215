#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/pipeline/ingest_pipeline.h"
#include "server/rpc/convert.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {
namespace {

// What an upsert is answered with, as it is remembered with the request_id.
struct UpsertCounts {
  uint32_t documents = 0;
  uint32_t chunks = 0;
  uint32_t findings = 0;

  std::string ToString() const { return absl::StrCat(documents, ",", chunks, ",", findings); }

  static absl::StatusOr<UpsertCounts> Parse(const std::string& text) {
    const std::vector<std::string> parts = absl::StrSplit(text, ',');
    UpsertCounts counts;
    if (parts.size() == 3 && absl::SimpleAtoi(parts[0], &counts.documents) &&
        absl::SimpleAtoi(parts[1], &counts.chunks) && absl::SimpleAtoi(parts[2], &counts.findings)) {
      return counts;
    }
    return absl::DataLossError("the remembered answer of this request_id is damaged; use a new request_id");
  }
};

absl::Status Answer(const Call& call, const corpus::WriteResult& result, v1::UpsertDocumentsResponse* response) {
  auto counts = UpsertCounts::Parse(result.response);
  if (!counts.ok()) return counts.status();
  response->set_revision_token(call.Token(result.revision));
  response->set_document_count(counts->documents);
  response->set_chunk_count(counts->chunks);
  response->set_finding_count(counts->findings);
  return absl::OkStatus();
}

// The corpus checks again when it writes; here it keeps what is wrong with a document from telling an owner about a
// collection of others.
absl::Status CheckOwned(const Call& call, const std::string& collection,
                        const std::vector<pipeline::IncomingDocument>& documents) {
  const Ownership ownership(call.corpus(), call.caller());
  if (ownership.administers()) return absl::OkStatus();
  for (const pipeline::IncomingDocument& document : documents) {
    corpus::NodeName node;
    node.collection = collection;
    node.document = document.id;
    if (absl::Status status = ownership.Require(node); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status UpsertDocuments(const Call& call, const v1::UpsertDocumentsRequest& request,
                             v1::UpsertDocumentsResponse* response) {
  // Unary and streamed batches are the same write, so that one can be retried as the other.
  auto write = WriteContextOf(call.caller(), "upsert", request.request_id(), request);
  if (!write.ok()) return write.status();
  auto known = call.corpus().FindRequest(*write);
  if (!known.ok()) return known.status();
  if (known->has_value()) return Answer(call, **known, response);

  auto name = corpus::ParseCollectionName(request.collection());
  if (!name.ok()) return AtField(name.status(), "collection");
  auto documents = FromProto(request, *name);
  if (!documents.ok()) return documents.status();
  if (absl::Status status = CheckOwned(call, *name, *documents); !status.ok()) return status;
  auto collection = call.corpus().GetCollection(call.tenant(), *name);
  if (!collection.ok()) return AtField(collection.status(), "collection");
  // Its policy says which links stay.
  const auto sanitizer = call.backend.policies->For(call.tenant(), *name, sanitize::Use::kStorage);
  const pipeline::IngestPipeline ingest(sanitizer.get(), call.backend.embedder);
  auto batch = ingest.Prepare(collection->record, *std::move(documents), call.visit.ticket.deadline());
  if (!batch.ok()) return batch.status();
  const UpsertCounts counts{static_cast<uint32_t>(batch->documents.size()), static_cast<uint32_t>(batch->chunk_count),
                            static_cast<uint32_t>(batch->finding_count)};
  auto result = call.corpus().UpsertDocuments(*write, *name, collection->record.id, std::move(batch->documents),
                                              counts.ToString());
  if (!result.ok()) return result.status();
  return Answer(call, *result, response);
}

}  // namespace usher::rpc::documents
