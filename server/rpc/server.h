// The listening server: services, health, reflection, TLS, and an orderly end.
//
// Guarantees: without TLS it listens on loopback addresses only; reflection answers verified callers only; a request
// that is not a valid message is INVALID_ARGUMENT. Thread-safety: Shutdown may be called from any thread, once.
#ifndef USHER_SERVER_RPC_SERVER_H_
#define USHER_SERVER_RPC_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/rpc/services.h"

namespace usher::rpc {

struct ServerOptions {
  std::string listen = "127.0.0.1:7443";  // host:port; port 0 picks a free one
  // PEM texts; all empty: plaintext. With a client CA, callers must present a certificate it signed.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  int max_threads = 512;  // of calls; more calls than that are refused by the transport
  int max_request_bytes = 16 << 20;
};

// INVALID_ARGUMENT for a malformed address, and for one that other machines can reach when there is no TLS.
absl::Status CheckExposure(const ServerOptions& options);

class Server {
 public:
  // Errors of CheckExposure; UNAVAILABLE when the address is taken. What
  // `parts` point to must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, const Backend& parts);
  // Shuts down at once if that has not happened yet.
  ~Server();

  int port() const;

  // Says NOT_SERVING, takes no new calls, ends those that wait for changes, and lets other calls under way finish for
  // up to `grace` before it cancels them.
  void Shutdown(absl::Duration grace);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_SERVER_H_
