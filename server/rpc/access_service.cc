#include <memory>

#include "server/rpc/access_handlers.h"
#include "server/rpc/services.h"
#include "usher/v1/access.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using grpc::ServerContext;

class AccessService final : public v1::AccessService::Service {
 public:
  explicit AccessService(const Backend& backend) : backend_(backend) {}

  grpc::Status UpdateMembers(ServerContext* context, const v1::UpdateMembersRequest* request,
                             v1::UpdateMembersResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/UpdateMembers", WorkKind::kWrite, access::UpdateMembers,
               *request, response);
  }

  grpc::Status ListGroups(ServerContext* context, const v1::ListGroupsRequest* request,
                          v1::ListGroupsResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListGroups", WorkKind::kQuery, access::ListGroups, *request,
               response);
  }

  grpc::Status ListMembers(ServerContext* context, const v1::ListMembersRequest* request,
                           v1::ListMembersResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListMembers", WorkKind::kQuery, access::ListMembers,
               *request, response);
  }

  grpc::Status SetClearances(ServerContext* context, const v1::SetClearancesRequest* request,
                             v1::SetClearancesResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/SetClearances", WorkKind::kWrite, access::SetClearances,
               *request, response);
  }

  grpc::Status ListClearances(ServerContext* context, const v1::ListClearancesRequest* request,
                              v1::ListClearancesResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListClearances", WorkKind::kQuery, access::ListClearances,
               *request, response);
  }

  grpc::Status SetPolicies(ServerContext* context, const v1::SetPoliciesRequest* request,
                           v1::SetPoliciesResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/SetPolicies", WorkKind::kWrite, access::SetPolicies,
               *request, response);
  }

  grpc::Status GetPolicy(ServerContext* context, const v1::GetPolicyRequest* request,
                         v1::GetPolicyResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/GetPolicy", WorkKind::kQuery, access::GetPolicy, *request,
               response);
  }

  grpc::Status ListFolders(ServerContext* context, const v1::ListFoldersRequest* request,
                           v1::ListFoldersResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListFolders", WorkKind::kQuery, access::ListFolders,
               *request, response);
  }

  grpc::Status Check(ServerContext* context, const v1::CheckRequest* request, v1::CheckResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/Check", WorkKind::kQuery, access::Check, *request, response);
  }

  grpc::Status BatchCheck(ServerContext* context, const v1::BatchCheckRequest* request,
                          v1::BatchCheckResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/BatchCheck", WorkKind::kQuery, access::BatchCheck, *request,
               response);
  }

  grpc::Status ListAccessible(ServerContext* context, const v1::ListAccessibleRequest* request,
                              v1::ListAccessibleResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListAccessible", WorkKind::kQuery, access::ListAccessible,
               *request, response);
  }

  grpc::Status ListReaders(ServerContext* context, const v1::ListReadersRequest* request,
                           v1::ListReadersResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListReaders", WorkKind::kQuery, access::ListReaders,
               *request, response);
  }

  grpc::Status Explain(ServerContext* context, const v1::ExplainRequest* request,
                       v1::ExplainResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/Explain", WorkKind::kQuery, access::Explain, *request,
               response);
  }

  grpc::Status Preview(ServerContext* context, const v1::PreviewRequest* request,
                       v1::PreviewResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/Preview", WorkKind::kQuery, access::Preview, *request,
               response);
  }

  grpc::Status RequestBreakGlass(ServerContext* context, const v1::RequestBreakGlassRequest* request,
                                 v1::BreakGlass* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/RequestBreakGlass", WorkKind::kWrite,
               access::RequestBreakGlass, *request, response);
  }

  grpc::Status ApproveBreakGlass(ServerContext* context, const v1::ApproveBreakGlassRequest* request,
                                 v1::BreakGlass* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ApproveBreakGlass", WorkKind::kWrite,
               access::ApproveBreakGlass, *request, response);
  }

  grpc::Status EndBreakGlass(ServerContext* context, const v1::EndBreakGlassRequest* request,
                             v1::BreakGlass* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/EndBreakGlass", WorkKind::kWrite, access::EndBreakGlass,
               *request, response);
  }

  grpc::Status ListBreakGlass(ServerContext* context, const v1::ListBreakGlassRequest* request,
                              v1::ListBreakGlassResponse* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/ListBreakGlass", WorkKind::kQuery, access::ListBreakGlass,
               *request, response);
  }

  grpc::Status GetAccessSettings(ServerContext* context, const v1::GetAccessSettingsRequest* request,
                                 v1::AccessSettings* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/GetAccessSettings", WorkKind::kQuery,
               access::GetAccessSettings, *request, response);
  }

  grpc::Status SetAccessSettings(ServerContext* context, const v1::SetAccessSettingsRequest* request,
                                 v1::AccessSettings* response) override {
    return Run(backend_, *context, "usher.v1.AccessService/SetAccessSettings", WorkKind::kWrite,
               access::SetAccessSettings, *request, response);
  }

  grpc::Status StreamAccessible(ServerContext* context, const v1::ListAccessibleRequest* request,
                                grpc::ServerWriter<v1::ListAccessibleResponse>* writer) override {
    return access::StreamAccessible(backend_, listings_, *context, *request, writer);
  }

  grpc::Status Watch(ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    return access::Watch(backend_, watches_, *context, *request, writer);
  }

 private:
  const Backend backend_;
  StreamPlaces listings_;
  StreamPlaces watches_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAccessService(const Backend& backend) {
  return std::make_unique<AccessService>(backend);
}

}  // namespace usher::rpc
