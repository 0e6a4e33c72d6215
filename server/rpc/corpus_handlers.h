// The handlers of CorpusService, by concern. What each promises stands at its RPC in corpus.proto.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CORPUS_HANDLERS_H_
#define USHER_SERVER_RPC_CORPUS_HANDLERS_H_

#include "server/rpc/handler.h"
#include "usher/v1/corpus.pb.h"

namespace usher::rpc::documents {

// corpus_reads.cc
absl::Status GetCollection(const Call& call, const v1::GetCollectionRequest& request, v1::Collection* response);
absl::Status ListCollections(const Call& call, const v1::ListCollectionsRequest& request,
                             v1::ListCollectionsResponse* response);
absl::Status GetDocument(const Call& call, const v1::GetDocumentRequest& request, v1::Document* response);
absl::Status ListDocuments(const Call& call, const v1::ListDocumentsRequest& request,
                           v1::ListDocumentsResponse* response);

// corpus_hubs.cc
absl::Status ListHubs(const Call& call, const v1::ListHubsRequest& request, v1::ListHubsResponse* response);

// corpus_pseudonyms.cc
absl::Status RevealPseudonyms(const Call& call, const v1::RevealPseudonymsRequest& request,
                              v1::RevealPseudonymsResponse* response);

// corpus_review.cc
absl::Status GetPolicyReview(const Call& call, const v1::GetPolicyReviewRequest& request, v1::PolicyReview* response);

// corpus_upsert.cc
absl::Status UpsertDocuments(const Call& call, const v1::UpsertDocumentsRequest& request,
                             v1::UpsertDocumentsResponse* response);

// corpus_writes.cc
absl::Status CreateCollection(const Call& call, const v1::CreateCollectionRequest& request,
                              v1::CreateCollectionResponse* response);
absl::Status UpdateCollection(const Call& call, const v1::UpdateCollectionRequest& request,
                              v1::UpdateCollectionResponse* response);
absl::Status DeleteCollection(const Call& call, const v1::DeleteCollectionRequest& request,
                              v1::DeleteCollectionResponse* response);
absl::Status DeleteDocuments(const Call& call, const v1::DeleteDocumentsRequest& request,
                             v1::DeleteDocumentsResponse* response);

}  // namespace usher::rpc::documents

#endif  // USHER_SERVER_RPC_CORPUS_HANDLERS_H_
