#include <memory>

#include "server/rpc/corpus_handlers.h"
#include "server/rpc/services.h"
#include "server/rpc/stream_places.h"
#include "usher/v1/corpus.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using grpc::ServerContext;

class CorpusService final : public v1::CorpusService::Service {
 public:
  explicit CorpusService(const Backend& backend) : backend_(backend) {}

  grpc::Status CreateCollection(ServerContext* context, const v1::CreateCollectionRequest* request,
                                v1::CreateCollectionResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/CreateCollection", WorkKind::kWrite,
               documents::CreateCollection, *request, response);
  }

  grpc::Status GetCollection(ServerContext* context, const v1::GetCollectionRequest* request,
                             v1::Collection* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/GetCollection", WorkKind::kQuery, documents::GetCollection,
               *request, response);
  }

  grpc::Status ListCollections(ServerContext* context, const v1::ListCollectionsRequest* request,
                               v1::ListCollectionsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/ListCollections", WorkKind::kQuery,
               documents::ListCollections, *request, response);
  }

  grpc::Status UpdateCollection(ServerContext* context, const v1::UpdateCollectionRequest* request,
                                v1::UpdateCollectionResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/UpdateCollection", WorkKind::kWrite,
               documents::UpdateCollection, *request, response);
  }

  grpc::Status DeleteCollection(ServerContext* context, const v1::DeleteCollectionRequest* request,
                                v1::DeleteCollectionResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/DeleteCollection", WorkKind::kWrite,
               documents::DeleteCollection, *request, response);
  }

  grpc::Status UpsertDocuments(ServerContext* context, const v1::UpsertDocumentsRequest* request,
                               v1::UpsertDocumentsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/UpsertDocuments", WorkKind::kWrite,
               documents::UpsertDocuments, *request, response);
  }

  grpc::Status GetDocument(ServerContext* context, const v1::GetDocumentRequest* request,
                           v1::Document* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/GetDocument", WorkKind::kQuery, documents::GetDocument,
               *request, response);
  }

  grpc::Status ListDocuments(ServerContext* context, const v1::ListDocumentsRequest* request,
                             v1::ListDocumentsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/ListDocuments", WorkKind::kQuery, documents::ListDocuments,
               *request, response);
  }

  grpc::Status ListHubs(ServerContext* context, const v1::ListHubsRequest* request,
                        v1::ListHubsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/ListHubs", WorkKind::kQuery, documents::ListHubs, *request,
               response);
  }

  grpc::Status GetPolicyReview(ServerContext* context, const v1::GetPolicyReviewRequest* request,
                               v1::PolicyReview* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/GetPolicyReview", WorkKind::kQuery,
               documents::GetPolicyReview, *request, response);
  }

  grpc::Status RevealPseudonyms(ServerContext* context, const v1::RevealPseudonymsRequest* request,
                                v1::RevealPseudonymsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/RevealPseudonyms", WorkKind::kQuery,
               documents::RevealPseudonyms, *request, response);
  }

  grpc::Status DeleteDocuments(ServerContext* context, const v1::DeleteDocumentsRequest* request,
                               v1::DeleteDocumentsResponse* response) override {
    return Run(backend_, *context, "usher.v1.CorpusService/DeleteDocuments", WorkKind::kWrite,
               documents::DeleteDocuments, *request, response);
  }

  grpc::Status StreamUpsertDocuments(
      ServerContext* context,
      grpc::ServerReaderWriter<v1::UpsertDocumentsResponse, v1::UpsertDocumentsRequest>* stream) override {
    constexpr std::string_view kMethod = "usher.v1.CorpusService/StreamUpsertDocuments";
    StreamPlaces::Place place;
    // The caller is let in anew for each batch: a key revoked meanwhile stops the stream.
    grpc::Status status = Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const auto&) {
      auto taken = streams_.Take();
      if (taken.ok()) place = *std::move(taken);
      return taken.status();
    });
    v1::UpsertDocumentsRequest request;
    while (status.ok() && stream->Read(&request)) {
      v1::UpsertDocumentsResponse response;
      status = Run(backend_, *context, kMethod, WorkKind::kWrite, documents::UpsertDocuments, request, &response);
      if (status.ok() && !stream->Write(response)) break;
    }
    return status;
  }

 private:
  const Backend backend_;
  StreamPlaces streams_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCorpusService(const Backend& backend) {
  return std::make_unique<CorpusService>(backend);
}

}  // namespace usher::rpc
