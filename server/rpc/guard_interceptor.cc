#include "server/rpc/guard_interceptor.h"

#include <grpcpp/server_context.h>

#include <atomic>
#include <string_view>

#include "server/auth/caller.h"
#include "server/rpc/status.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr int kMaxReflections = 8;
std::atomic<int> open_reflections{0};

class GuardInterceptor final : public grpc::experimental::Interceptor {
 public:
  GuardInterceptor(const auth::KeyRing* keys, grpc::experimental::ServerRpcInfo* info)
      : keys_(keys), info_(info), reflection_(std::string_view(info->method()).starts_with("/grpc.reflection.")) {
    if (reflection_) place_ = ++open_reflections;
  }
  ~GuardInterceptor() override {
    if (reflection_) --open_reflections;
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      GuardReflection(methods);
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) ExplainParseFailure(methods);
    methods->Proceed();
  }

 private:
  void GuardReflection(InterceptorBatchMethods* methods) const {
    if (!reflection_) return;
    auth::Credentials credentials;
    for (const auto& [key, value] : *methods->GetRecvInitialMetadata()) {
      if (key == "authorization") credentials.authorization.emplace_back(value.data(), value.size());
    }
    // Each such stream holds a thread for as long as it likes.
    const bool welcome = place_ <= kMaxReflections && auth::Authenticate(*keys_, credentials).ok();
    if (!welcome) info_->server_context()->TryCancel();
  }

  // Every status of ours has a message, so an INTERNAL without one is gRPC's own.
  static void ExplainParseFailure(InterceptorBatchMethods* methods) {
    const grpc::Status status = methods->GetSendStatus();
    if (status.error_code() != grpc::StatusCode::INTERNAL || !status.error_message().empty()) return;
    methods->ModifySendStatus(ToGrpcStatus(
        WithReason(absl::InvalidArgumentError(
                       "the request is not a valid message: check that it was made for this method and that "
                       "every text is valid UTF-8"),
                   "MALFORMED_REQUEST")));
  }

  const auth::KeyRing* keys_;
  grpc::experimental::ServerRpcInfo* info_;
  const bool reflection_;
  int place_ = 0;
};

}  // namespace

grpc::experimental::Interceptor* GuardInterceptorFactory::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* info) {
  return new GuardInterceptor(keys_, info);
}

}  // namespace usher::rpc
