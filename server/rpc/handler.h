// What a handler of a unary call gets, and the way to it.
//
// A service of gRPC is one class with a method for each RPC; each of these only names its handler, a free function in
// the file of its concern. Thread-safety: free functions; values.
#ifndef USHER_SERVER_RPC_HANDLER_H_
#define USHER_SERVER_RPC_HANDLER_H_

#include <string_view>

#include "server/rpc/call.h"
#include "server/rpc/services.h"

namespace usher::rpc {

// Lives as long as the handler runs.
struct Call {
  const Backend& backend;
  const pipeline::Visit& visit;
  std::string_view method;  // "usher.v1.AccessService/Check"

  const auth::Caller& caller() const { return visit.caller; }
  const std::string& tenant() const { return visit.caller.tenant(); }
  corpus::Corpus& corpus() const { return *backend.corpus; }
  std::string Token(acl::Revision revision) const { return backend.tokens->RevisionToken(revision); }
};

template <typename Request, typename Response>
using Handler = absl::Status (*)(const Call& call, const Request& request, Response* response);

// Lets the caller in and runs the handler.
template <typename Request, typename Response>
grpc::Status Run(const Backend& backend, const grpc::ServerContext& context, std::string_view method,
                 admission::WorkKind kind, Handler<Request, Response> handler, const Request& request,
                 Response* response) {
  return Handle(*backend.door, context, method, kind, [&](const pipeline::Visit& visit) {
    return handler(Call{backend, visit, method}, request, response);
  });
}

// Who writes what, on behalf of whom. Errors of WriteContextOf.
template <typename Request>
absl::StatusOr<corpus::WriteContext> WriteContextFor(const Call& call, const Request& request) {
  return WriteContextOf(call.caller(), call.method, request.request_id(), request);
}

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_HANDLER_H_
