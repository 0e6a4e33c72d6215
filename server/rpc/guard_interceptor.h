// Looks at calls that never reach a handler of ours.
//
// Reflection describes the API to verified callers only, a few at a time: others see their call cancelled. A request
// that gRPC cannot parse never reaches a handler either; its empty INTERNAL becomes an INVALID_ARGUMENT that says what
// is wrong. Thread-safety: one interceptor a call; the factory may be used concurrently.
#ifndef USHER_SERVER_RPC_GUARD_INTERCEPTOR_H_
#define USHER_SERVER_RPC_GUARD_INTERCEPTOR_H_

#include <grpcpp/support/server_interceptor.h>

#include "server/auth/api_key.h"

namespace usher::rpc {

class GuardInterceptorFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // `keys` must outlive the factory.
  explicit GuardInterceptorFactory(const auth::KeyRing* keys) : keys_(keys) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override;

 private:
  const auth::KeyRing* keys_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_GUARD_INTERCEPTOR_H_
