#include <atomic>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/rpc/call.h"
#include "server/rpc/convert.h"
#include "server/rpc/pager.h"
#include "server/rpc/services.h"
#include "server/status_detail.h"
#include "usher/v1/corpus.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using pipeline::Visit;

constexpr int kMaxDeletes = 1'000;
constexpr int kMaxStreams = 32;

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

class CorpusService final : public v1::CorpusService::Service {
 public:
  explicit CorpusService(const Backend& backend) : backend_(backend) {}

  grpc::Status CreateCollection(grpc::ServerContext* context, const v1::CreateCollectionRequest* request,
                                v1::CreateCollectionResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/CreateCollection";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto write = WriteContextOf(visit.caller, kMethod, request->request_id(), *request);
      if (!write.ok()) return write.status();
      auto record = FromProto(request->collection());
      if (!record.ok()) return record.status();
      if (absl::Status status = ChooseModel(request->collection(), *record); !status.ok()) return status;
      const std::string name = record->name;
      auto result = backend_.corpus->CreateCollection(*write, *std::move(record), "");
      if (!result.ok()) return result.status();
      auto made = backend_.corpus->GetCollection(visit.caller.tenant(), name);
      if (!made.ok()) return made.status();
      *response->mutable_collection() = ToProto(*made, *backend_.tokens);
      response->set_revision_token(backend_.tokens->RevisionToken(result->revision));
      return absl::OkStatus();
    });
  }

  grpc::Status GetCollection(grpc::ServerContext* context, const v1::GetCollectionRequest* request,
                             v1::Collection* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/GetCollection";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto name = corpus::ParseCollectionName(request->name());
      if (!name.ok()) return AtField(name.status(), "name");
      auto info = backend_.corpus->GetCollection(visit.caller.tenant(), *name);
      if (!info.ok()) return info.status();
      *response = ToProto(*info, *backend_.tokens);
      return absl::OkStatus();
    });
  }

  grpc::Status ListCollections(grpc::ServerContext* context, const v1::ListCollectionsRequest* request,
                               v1::ListCollectionsResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/ListCollections";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto pager = Pager::Open(backend_.tokens, visit.caller, kMethod, "", request->page_size(), request->page_token());
      if (!pager.ok()) return pager.status();
      const auto found = backend_.corpus->ListCollections(visit.caller.tenant(), pager->after(), pager->limit());
      response->set_next_page_token(pager->ShowPage(
          found, [&](const auto& info) { *response->add_collections() = ToProto(info, *backend_.tokens); },
          [](const auto& info) { return info.record.name; }));
      return absl::OkStatus();
    });
  }

  grpc::Status DeleteCollection(grpc::ServerContext* context, const v1::DeleteCollectionRequest* request,
                                v1::DeleteCollectionResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/DeleteCollection";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto write = WriteContextOf(visit.caller, kMethod, request->request_id(), *request);
      if (!write.ok()) return write.status();
      auto name = corpus::ParseCollectionName(request->name());
      if (!name.ok()) return AtField(name.status(), "name");
      auto result = backend_.corpus->DeleteCollection(*write, *name, "");
      if (!result.ok()) return result.status();
      response->set_revision_token(backend_.tokens->RevisionToken(result->revision));
      return absl::OkStatus();
    });
  }

  grpc::Status UpsertDocuments(grpc::ServerContext* context, const v1::UpsertDocumentsRequest* request,
                               v1::UpsertDocumentsResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/UpsertDocuments";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite,
                  [&](const Visit& visit) { return Upsert(visit, *request, response); });
  }

  grpc::Status StreamUpsertDocuments(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<v1::UpsertDocumentsResponse, v1::UpsertDocumentsRequest>* stream) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/StreamUpsertDocuments";
    // A stream holds a thread for as long as it likes, so there are few of them.
    const StreamPlace place(streams_);
    if (place.number() > kMaxStreams) {
      return Conclude(kMethod,
                      WithReason(RetryAfter(absl::ResourceExhaustedError("too many streams are open; retry later"),
                                            absl::Seconds(1)),
                                 "TOO_MANY_STREAMS"));
    }
    // The caller is let in anew for each batch: a key revoked meanwhile stops the stream.
    grpc::Status status =
        Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [](const Visit&) { return absl::OkStatus(); });
    v1::UpsertDocumentsRequest request;
    while (status.ok() && stream->Read(&request)) {
      v1::UpsertDocumentsResponse response;
      status = Handle(*backend_.door, *context, kMethod, WorkKind::kWrite,
                      [&](const Visit& visit) { return Upsert(visit, request, &response); });
      if (status.ok() && !stream->Write(response)) break;
    }
    return status;
  }

  grpc::Status GetDocument(grpc::ServerContext* context, const v1::GetDocumentRequest* request,
                           v1::Document* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/GetDocument";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto name = corpus::ParseDocumentName(request->name());
      if (!name.ok()) return AtField(name.status(), "name");
      auto record = backend_.corpus->GetDocument(visit.caller.tenant(), *name);
      if (!record.ok()) return record.status();
      *response = ToProto(name->collection, *record, *backend_.tokens);
      return absl::OkStatus();
    });
  }

  grpc::Status ListDocuments(grpc::ServerContext* context, const v1::ListDocumentsRequest* request,
                             v1::ListDocumentsResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/ListDocuments";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto collection = corpus::ParseCollectionName(request->collection());
      if (!collection.ok()) return AtField(collection.status(), "collection");
      auto pager =
          Pager::Open(backend_.tokens, visit.caller, kMethod, *collection, request->page_size(), request->page_token());
      if (!pager.ok()) return pager.status();
      auto found = backend_.corpus->ListDocuments(visit.caller.tenant(), *collection, pager->after(), pager->limit());
      if (!found.ok()) return found.status();
      response->set_next_page_token(pager->ShowPage(
          *found,
          [&](const auto& record) { *response->add_documents() = ToProto(*collection, record, *backend_.tokens); },
          [](const auto& record) { return record.id; }));
      return absl::OkStatus();
    });
  }

  grpc::Status DeleteDocuments(grpc::ServerContext* context, const v1::DeleteDocumentsRequest* request,
                               v1::DeleteDocumentsResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/DeleteDocuments";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto write = WriteContextOf(visit.caller, kMethod, request->request_id(), *request);
      if (!write.ok()) return write.status();
      auto collection = corpus::ParseCollectionName(request->collection());
      if (!collection.ok()) return AtField(collection.status(), "collection");
      auto ids = DeletedIds(*request, *collection);
      if (!ids.ok()) return ids.status();
      auto result = backend_.corpus->DeleteDocuments(*write, *collection, *ids, "");
      if (!result.ok()) return result.status();
      response->set_revision_token(backend_.tokens->RevisionToken(result->revision));
      return absl::OkStatus();
    });
  }

 private:
  static absl::StatusOr<std::vector<std::string>> DeletedIds(const v1::DeleteDocumentsRequest& request,
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
  absl::Status ChooseModel(const v1::Collection& collection, storage::CollectionRecord& record) const {
    const std::string& wanted = collection.embedding_model();
    if (wanted.empty()) {
      if (record.dimension > 0) return absl::OkStatus();
      return AtField(absl::InvalidArgumentError("must be 1 to 4096 for a collection without an embedding model"),
                     "collection.dimension");
    }
    if (backend_.embedder == nullptr) {
      return AtField(
          absl::FailedPreconditionError("this server has no embedding model; leave it empty and send vectors"),
          "collection.embedding_model");
    }
    if (wanted != "default" && wanted != backend_.embedder->model_id()) {
      return AtField(absl::InvalidArgumentError(absl::StrCat("this server runs '", backend_.embedder->model_id(),
                                                             "'; say `default` or that name")),
                     "collection.embedding_model");
    }
    if (record.dimension != 0 && record.dimension != backend_.embedder->dimension()) {
      return WithReason(AtField(absl::InvalidArgumentError(absl::StrCat(
                                    "the model has ", backend_.embedder->dimension(), " dimensions; leave this 0")),
                                "collection.dimension"),
                        "DIMENSION_MISMATCH");
    }
    record.embedding_model = backend_.embedder->model_id();
    record.dimension = backend_.embedder->dimension();
    return absl::OkStatus();
  }

  absl::Status Upsert(const Visit& visit, const v1::UpsertDocumentsRequest& request,
                      v1::UpsertDocumentsResponse* response) const {
    // Unary and streamed batches are the same write, so that one can be retried as the other.
    auto write = WriteContextOf(visit.caller, "upsert", request.request_id(), request);
    if (!write.ok()) return write.status();
    auto known = backend_.corpus->FindRequest(*write);
    if (!known.ok()) return AtField(known.status(), "request_id");
    if (known->has_value()) return Answer(**known, response);

    auto name = corpus::ParseCollectionName(request.collection());
    if (!name.ok()) return AtField(name.status(), "collection");
    auto documents = FromProto(request, *name);
    if (!documents.ok()) return documents.status();
    auto collection = backend_.corpus->GetCollection(visit.caller.tenant(), *name);
    if (!collection.ok()) return AtField(collection.status(), "collection");
    auto batch = backend_.ingest->Prepare(collection->record, *std::move(documents), visit.ticket.deadline());
    if (!batch.ok()) return batch.status();
    const UpsertCounts counts{static_cast<uint32_t>(batch->documents.size()), static_cast<uint32_t>(batch->chunk_count),
                              static_cast<uint32_t>(batch->finding_count)};
    auto result = backend_.corpus->UpsertDocuments(*write, *name, collection->record.id, std::move(batch->documents),
                                                   counts.ToString());
    if (!result.ok()) return result.status();
    return Answer(*result, response);
  }

  absl::Status Answer(const corpus::WriteResult& result, v1::UpsertDocumentsResponse* response) const {
    auto counts = UpsertCounts::Parse(result.response);
    if (!counts.ok()) return counts.status();
    response->set_revision_token(backend_.tokens->RevisionToken(result.revision));
    response->set_document_count(counts->documents);
    response->set_chunk_count(counts->chunks);
    response->set_finding_count(counts->findings);
    return absl::OkStatus();
  }

  class StreamPlace {
   public:
    explicit StreamPlace(std::atomic<int>& count) : count_(count), number_(++count) {}
    ~StreamPlace() { --count_; }
    StreamPlace(const StreamPlace&) = delete;
    StreamPlace& operator=(const StreamPlace&) = delete;
    int number() const { return number_; }

   private:
    std::atomic<int>& count_;
    const int number_;
  };

  const Backend backend_;
  std::atomic<int> streams_{0};
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCorpusService(const Backend& backend) {
  return std::make_unique<CorpusService>(backend);
}

}  // namespace usher::rpc
