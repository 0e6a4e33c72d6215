// Calls Usher's API with JSON in and out: the one place on the client's side that knows gRPC and protobuf.
//
// JSON is protobuf's own mapping with the names of the .proto files (snake_case). Scalars, enumerations and lists that
// hold their default are printed too, so that scripts may rely on them; unset messages are absent, and 64-bit integers
// are strings.
//
// Guarantees: a key never travels unencrypted to another machine, and never appears in a message. A request with a
// field that the API does not know fails before it is sent. Non-guarantees: text in answers and in error messages is
// the server's or a document's; escape it before showing it on a terminal.
//
// Thread-safety: JsonClient may be shared by threads; a JsonStream belongs to one thread at a time.
#ifndef USHER_SERVER_RPC_CLIENT_JSON_CLIENT_H_
#define USHER_SERVER_RPC_CLIENT_JSON_CLIENT_H_

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::protobuf {
class MethodDescriptor;
}

namespace usher::rpc {

// Files are PEM. An empty path means: the system's authorities, and no client certificate.
struct TlsOptions {
  std::string ca_file;
  std::string certificate_file;
  std::string private_key_file;
  // Name that the server's certificate must carry, when it is not the host of the address.
  std::string server_name;
};

struct ClientOptions {
  // HOST:PORT or [IPV6]:PORT.
  std::string address;
  // Sent as `authorization: Bearer KEY`; empty for callers known by their certificate.
  std::string api_key;
  // Principal to act for (`user:ID`), which takes a credential with the delegate scope; empty for oneself.
  std::string principal;
  // Unset means plaintext, which only loopback addresses are offered.
  std::optional<TlsOptions> tls;
};

// One call that streams. Destroying it cancels what is under way.
class JsonStream {
 public:
  ~JsonStream();
  JsonStream(const JsonStream&) = delete;
  JsonStream& operator=(const JsonStream&) = delete;

  // Sends one message and waits until the transport took it. False when the server has ended the call: Receive() then
  // still gives the answers that came before, and then the reason. INVALID_ARGUMENT, with the call intact, when the
  // message does not fit the API; DEADLINE_EXCEEDED, with the call cancelled, after `deadline`.
  absl::StatusOr<bool> Send(const nlohmann::json& message, absl::Time deadline);

  // Tells the server that no more messages follow.
  absl::Status CloseSending(absl::Time deadline);

  // Waits for the next answer. OUT_OF_RANGE when the server ended the call well; otherwise the error that ended it.
  absl::StatusOr<nlohmann::json> Receive(absl::Time deadline);

 private:
  friend class JsonClient;
  struct State;
  explicit JsonStream(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

class JsonClient {
 public:
  // Prepares a connection; the first call opens it. FAILED_PRECONDITION for a plaintext address of another machine,
  // INVALID_ARGUMENT or NOT_FOUND for options or files that cannot be used.
  static absl::StatusOr<std::unique_ptr<JsonClient>> Connect(const ClientOptions& options);

  ~JsonClient();
  JsonClient(const JsonClient&) = delete;
  JsonClient& operator=(const JsonClient&) = delete;

  // Calls a unary method, named like `usher.v1.RetrievalService/Search`. Errors are the server's, with its details
  // spelled out line by line in the message; INVALID_ARGUMENT also for a request that does not fit the API,
  // UNIMPLEMENTED for an unknown method.
  absl::StatusOr<nlohmann::json> Call(absl::string_view method, const nlohmann::json& request, absl::Time deadline);

  // OK when Call would send the request; otherwise what it would say instead. Talks to nobody.
  static absl::Status CheckRequest(absl::string_view method, const nlohmann::json& request);

  // Starts a bidirectional method. `deadline` bounds the whole call. The stream must not outlive this client.
  absl::StatusOr<std::unique_ptr<JsonStream>> OpenStream(absl::string_view method, absl::Time deadline);

  // Starts a method that answers one request with many messages; the stream is to be received from only. Otherwise as
  // OpenStream, and INVALID_ARGUMENT for a request that does not fit the API.
  absl::StatusOr<std::unique_ptr<JsonStream>> Follow(absl::string_view method, const nlohmann::json& request,
                                                     absl::Time deadline);

 private:
  struct Connection;
  explicit JsonClient(std::unique_ptr<Connection> connection);
  absl::StatusOr<std::unique_ptr<JsonStream>> Open(const google::protobuf::MethodDescriptor& method,
                                                   absl::Time deadline);

  std::unique_ptr<Connection> connection_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CLIENT_JSON_CLIENT_H_
