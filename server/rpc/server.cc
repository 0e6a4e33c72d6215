#include "server/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rpc/guard_interceptor.h"
#include "server/rpc/listen_address.h"

namespace usher::rpc {
namespace {

std::shared_ptr<grpc::ServerCredentials> MakeCredentials(const ServerOptions& options) {
  if (options.tls_certificate.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions tls(options.tls_client_ca.empty()
                                            ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                            : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = options.tls_client_ca;
  tls.pem_key_cert_pairs.push_back({options.tls_key, options.tls_certificate});
  return grpc::SslServerCredentials(tls);
}

// The plugins must be known before the first builder is made.
void InstallPluginsOnce() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

// gRPC keeps what arrives until a message is whole, whatever its length and whoever sends it. Past this many bytes for
// all calls together it resets streams, so the largest ones fail and the server stays.
size_t TransportMemory(const ServerOptions& options) {
  constexpr size_t kRequests = 8;
  constexpr size_t kLeast = size_t{64} << 20;
  return std::max(kLeast, kRequests * static_cast<size_t>(options.max_request_bytes));
}

// gRPC measures a compressed message only after it has been inflated, a thousandfold if somebody means harm, and before
// anybody has been asked who they are.
void RefuseCompression(grpc::ServerBuilder& builder) {
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
}

}  // namespace

absl::Status CheckExposure(const ServerOptions& options) {
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(options.listen);
  if (!address.ok()) return address.status();
  const bool tls = !options.tls_certificate.empty() && !options.tls_key.empty();
  if (address->loopback || tls) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("refusing to listen on '", options.listen,
                                                 "' without TLS: set tls.certificate_file and tls.key_file, or listen "
                                                 "on 127.0.0.1 behind a proxy on this machine"));
}

struct Server::Impl {
  std::atomic<bool> draining{false};
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  if (impl_->server != nullptr) Shutdown(absl::ZeroDuration());
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, const Backend& parts) {
  if (absl::Status status = CheckExposure(options); !status.ok()) return status;
  InstallPluginsOnce();
  auto impl = std::make_unique<Impl>();
  Backend backend = parts;
  backend.draining = &impl->draining;
  impl->services.push_back(MakeRetrievalService(backend));
  impl->services.push_back(MakeGuardService(backend));
  impl->services.push_back(MakeCorpusService(backend));
  impl->services.push_back(MakeAccessService(backend));
  impl->services.push_back(MakeSyncService(backend));
  impl->services.push_back(MakeAdminService(backend));

  grpc::ServerBuilder builder;
  builder.AddListeningPort(options.listen, MakeCredentials(options), &impl->port);
  for (const auto& service : impl->services) builder.RegisterService(service.get());
  builder.SetMaxReceiveMessageSize(options.max_request_bytes);
  builder.SetResourceQuota(
      grpc::ResourceQuota("usher").SetMaxThreads(options.max_threads).Resize(TransportMemory(options)));
  // Two servers on one port would share its connections without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  RefuseCompression(builder);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(std::make_unique<GuardInterceptorFactory>(backend.keys));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  impl->server = builder.BuildAndStart();
  if (impl->server == nullptr || impl->port == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on '", options.listen, "': is the port taken, or the certificate unreadable?"));
  }
  impl->server->GetHealthCheckService()->SetServingStatus(true);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port; }

void Server::Shutdown(absl::Duration grace) {
  impl_->draining.store(true, std::memory_order_relaxed);
  impl_->server->GetHealthCheckService()->SetServingStatus(false);
  impl_->server->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  impl_->server->Wait();
  impl_->server = nullptr;
}

}  // namespace usher::rpc
