// The handlers of AccessService, by concern. What each promises stands at its RPC in access.proto.
//
// Thread-safety: free functions; the classes may be used concurrently.
#ifndef USHER_SERVER_RPC_ACCESS_HANDLERS_H_
#define USHER_SERVER_RPC_ACCESS_HANDLERS_H_

#include <grpcpp/support/sync_stream.h>

#include "server/rpc/handler.h"
#include "server/rpc/stream_places.h"
#include "usher/v1/access.pb.h"

namespace usher::rpc::access {

// access_groups.cc
absl::Status UpdateMembers(const Call& call, const v1::UpdateMembersRequest& request,
                           v1::UpdateMembersResponse* response);
absl::Status ListGroups(const Call& call, const v1::ListGroupsRequest& request, v1::ListGroupsResponse* response);
absl::Status ListMembers(const Call& call, const v1::ListMembersRequest& request, v1::ListMembersResponse* response);
absl::Status SetClearances(const Call& call, const v1::SetClearancesRequest& request,
                           v1::SetClearancesResponse* response);
absl::Status ListClearances(const Call& call, const v1::ListClearancesRequest& request,
                            v1::ListClearancesResponse* response);

// access_policies.cc
absl::Status SetPolicies(const Call& call, const v1::SetPoliciesRequest& request, v1::SetPoliciesResponse* response);
absl::Status GetPolicy(const Call& call, const v1::GetPolicyRequest& request, v1::GetPolicyResponse* response);
absl::Status ListFolders(const Call& call, const v1::ListFoldersRequest& request, v1::ListFoldersResponse* response);

// access_questions.cc
absl::Status Check(const Call& call, const v1::CheckRequest& request, v1::CheckResponse* response);
absl::Status BatchCheck(const Call& call, const v1::BatchCheckRequest& request, v1::BatchCheckResponse* response);
absl::Status ListReaders(const Call& call, const v1::ListReadersRequest& request, v1::ListReadersResponse* response);
absl::Status Explain(const Call& call, const v1::ExplainRequest& request, v1::ExplainResponse* response);

// access_listing.cc
absl::Status ListAccessible(const Call& call, const v1::ListAccessibleRequest& request,
                            v1::ListAccessibleResponse* response);
grpc::Status StreamAccessible(const Backend& backend, StreamPlaces& places, const grpc::ServerContext& context,
                              const v1::ListAccessibleRequest& request,
                              grpc::ServerWriter<v1::ListAccessibleResponse>* writer);

// access_preview.cc
absl::Status Preview(const Call& call, const v1::PreviewRequest& request, v1::PreviewResponse* response);

// access_watch.cc
grpc::Status Watch(const Backend& backend, StreamPlaces& places, const grpc::ServerContext& context,
                   const v1::WatchRequest& request, grpc::ServerWriter<v1::WatchResponse>* writer);

// access_break_glass.cc
absl::Status RequestBreakGlass(const Call& call, const v1::RequestBreakGlassRequest& request, v1::BreakGlass* response);
absl::Status ApproveBreakGlass(const Call& call, const v1::ApproveBreakGlassRequest& request, v1::BreakGlass* response);
absl::Status EndBreakGlass(const Call& call, const v1::EndBreakGlassRequest& request, v1::BreakGlass* response);
absl::Status ListBreakGlass(const Call& call, const v1::ListBreakGlassRequest& request,
                            v1::ListBreakGlassResponse* response);

// access_settings.cc
absl::Status GetAccessSettings(const Call& call, const v1::GetAccessSettingsRequest& request,
                               v1::AccessSettings* response);
absl::Status SetAccessSettings(const Call& call, const v1::SetAccessSettingsRequest& request,
                               v1::AccessSettings* response);

}  // namespace usher::rpc::access

#endif  // USHER_SERVER_RPC_ACCESS_HANDLERS_H_
