// Between the wire's messages and the types of the rest of the server; the edge where values from outside are checked.
//
// Errors: INVALID_ARGUMENT naming the field (server/status_detail.h). Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CONVERT_H_
#define USHER_SERVER_RPC_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/corpus/corpus.h"
#include "server/auth/api_key.h"
#include "server/auth/token.h"
#include "server/pipeline/ingest_pipeline.h"
#include "server/pipeline/query_pipeline.h"
#include "server/pipeline/query_vector.h"
#include "usher/v1/access.pb.h"
#include "usher/v1/admin.pb.h"
#include "usher/v1/corpus.pb.h"
#include "usher/v1/retrieval.pb.h"

namespace usher::rpc {

// --- Corpus ---
v1::Collection ToProto(const corpus::CollectionInfo& info, const auth::TokenMint& tokens);
// Name, dimension, chunking and policy, checked; the embedding model is the caller's business.
absl::StatusOr<storage::CollectionRecord> FromProto(const v1::Collection& collection);
v1::Document ToProto(const std::string& collection, const storage::DocumentRecord& record,
                     const auth::TokenMint& tokens);
// Documents of one request, checked for names, sizes and duplicates.
absl::StatusOr<std::vector<pipeline::IncomingDocument>> FromProto(const v1::UpsertDocumentsRequest& request,
                                                                  const std::string& collection);

absl::StatusOr<chunking::Format> FormatFromProto(v1::TextFormat format, const std::string& field);

// --- Retrieval ---
absl::StatusOr<pipeline::SearchQuestion> FromProto(const v1::SearchRequest& request, const auth::TokenMint& tokens);
absl::StatusOr<pipeline::BatchQuestion> FromProto(const v1::BatchSearchRequest& request, const auth::TokenMint& tokens);
absl::StatusOr<pipeline::ChunksQuestion> FromProto(const v1::GetChunksRequest& request, const auth::TokenMint& tokens);
// `at` is put before the names of fields.
absl::StatusOr<pipeline::QueryContent> QueryFromProto(const v1::RecordedQuery& query, const std::string& at);
v1::TrustTier ToProto(storage::TrustTier tier);
// INVALID_ARGUMENT at `field` for one that is not known.
absl::StatusOr<storage::TrustTier> FromProto(v1::TrustTier tier, const std::string& field);
v1::RetrievedChunk ToProto(const pipeline::CleanChunk& chunk);
v1::Finding ToProto(const storage::FindingRecord& finding);
v1::SearchPlan ToProto(const pipeline::Plan& plan);
// nullopt: fully consistent, as is everything on one server but a revision that must have been reached.
absl::StatusOr<std::optional<acl::Revision>> FromProto(const v1::Consistency& consistency,
                                                       const auth::TokenMint& tokens);

// --- Administration ---
v1::ApiKey ToProto(const storage::ApiKeyRecord& record);
void AddRoles(auth::RoleSet roles, google::protobuf::RepeatedField<int>* out);
absl::StatusOr<auth::RoleSet> RolesFromProto(const google::protobuf::RepeatedField<int>& roles);
// INVALID_ARGUMENT at "groups" or one of them.
absl::StatusOr<std::vector<std::string>> ClaimedGroupsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& groups);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CONVERT_H_
