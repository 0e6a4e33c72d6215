#include "server/rpc/client/json_client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "server/rpc/client/address.h"
#include "server/rpc/client/json_message.h"
#include "server/rpc/client/rpc_error.h"

namespace usher::rpc {
namespace {

using google::protobuf::MessageLite;
using google::protobuf::MethodDescriptor;
using Stub = grpc::TemplatedGenericStub<MessageLite, MessageLite>;
using MessageStream = grpc::ClientAsyncReaderWriter<MessageLite, MessageLite>;

// A search may answer 1,000 chunks of up to 16 KB with their findings.
constexpr int kMaxReceivedBytes = 64 << 20;
constexpr char kScheme[] = "Bearer ";

// gRPC aborts the process or drops the call on metadata values outside this range.
bool FitsMetadata(absl::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~'; });
}

absl::Status CheckMetadata(const ClientOptions& options) {
  if (!FitsMetadata(options.api_key)) {
    return absl::InvalidArgumentError("the API key holds characters other than printable ASCII; copy it again");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot open ", path));
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!absl::StrContains(text, "-----BEGIN "))
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a PEM file"));
  return text;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(const TlsOptions& tls) {
  if (tls.certificate_file.empty() != tls.private_key_file.empty()) {
    return absl::InvalidArgumentError("a client certificate needs both its certificate file and its private key file");
  }
  grpc::SslCredentialsOptions ssl;
  for (const auto& [path, text] :
       {std::pair{&tls.ca_file, &ssl.pem_root_certs}, std::pair{&tls.certificate_file, &ssl.pem_cert_chain},
        std::pair{&tls.private_key_file, &ssl.pem_private_key}}) {
    auto pem = ReadPem(*path);
    if (!pem.ok()) return pem.status();
    *text = *std::move(pem);
  }
  return grpc::SslCredentials(ssl);
}

grpc::ChannelArguments MakeArguments(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReceivedBytes);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  if (!options.tls) {
    // Otherwise http_proxy in the environment would carry the key in the clear to the proxy.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  } else if (!options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return arguments;
}

std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace

struct JsonClient::Connection {
  void Prepare(grpc::ClientContext& context, absl::Time deadline) const {
    context.set_deadline(absl::ToChronoTime(deadline));
    if (!api_key.empty()) context.AddMetadata("authorization", absl::StrCat(kScheme, api_key));
    // Values of keys that end in -bin may hold any bytes.
    if (!principal.empty()) {
      context.AddMetadata(FitsMetadata(principal) ? "usher-principal" : "usher-principal-bin", principal);
    }
  }

  std::string api_key;
  std::string principal;
  std::unique_ptr<Stub> stub;
};

JsonClient::JsonClient(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
JsonClient::~JsonClient() = default;

absl::StatusOr<std::unique_ptr<JsonClient>> JsonClient::Connect(const ClientOptions& options) {
  auto address = ParseAddress(options.address);
  if (!address.ok()) return address.status();
  if (auto usable = CheckMetadata(options); !usable.ok()) return usable;
  if (!options.tls && !address->loopback) {
    return absl::FailedPreconditionError(absl::StrCat(
        options.address, " is another machine: connect to it with TLS, since the key would be readable on the way"));
  }
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (options.tls) {
    auto secure = MakeCredentials(*options.tls);
    if (!secure.ok()) return secure.status();
    credentials = *std::move(secure);
  }
  auto connection = std::make_unique<Connection>();
  connection->api_key = options.api_key;
  connection->principal = options.principal;
  connection->stub =
      std::make_unique<Stub>(grpc::CreateCustomChannel(address->target, credentials, MakeArguments(options)));
  return std::unique_ptr<JsonClient>(new JsonClient(std::move(connection)));
}

absl::StatusOr<nlohmann::json> JsonClient::Call(absl::string_view method, const nlohmann::json& request,
                                                absl::Time deadline) {
  auto descriptor = RequireMethod(method, Streams::kNone);
  if (!descriptor.ok()) return descriptor.status();
  const auto input = NewMessage((*descriptor)->input_type());
  const auto output = NewMessage((*descriptor)->output_type());
  if (auto fits = ToMessage(request, *input); !fits.ok()) return fits;
  grpc::ClientContext context;
  connection_->Prepare(context, deadline);
  grpc::Status status;
  absl::Notification done;
  connection_->stub->UnaryCall(&context, PathOf(**descriptor), {}, input.get(), output.get(), [&](grpc::Status ended) {
    status = std::move(ended);
    done.Notify();
  });
  done.WaitForNotification();
  if (!status.ok()) return FromGrpcStatus(status);
  return ToJson(*output);
}

struct JsonStream::State {
  // Waits for the one operation under way; false when it failed, DEADLINE_EXCEEDED after cancelling it.
  absl::StatusOr<bool> Wait(absl::Time deadline) {
    void* tag = nullptr;
    bool ok = false;
    if (queue.AsyncNext(&tag, &ok, absl::ToChronoTime(deadline)) == grpc::CompletionQueue::GOT_EVENT) return ok;
    context.TryCancel();
    queue.Next(&tag, &ok);
    return absl::DeadlineExceededError("the server did not answer in time");
  }

  absl::Status Finish(absl::Time deadline) {
    if (ended) return *ended;
    grpc::Status status;
    stream->Finish(&status, this);
    const auto waited = Wait(deadline);
    ended = !waited.ok()   ? waited.status()
            : !status.ok() ? FromGrpcStatus(status)
                           : absl::OutOfRangeError("the server has ended the call");
    return *ended;
  }

  const MethodDescriptor* method = nullptr;
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  std::unique_ptr<MessageStream> stream;
  // Set once the call is over: how it ended, OUT_OF_RANGE when well.
  std::optional<absl::Status> ended;
};

JsonStream::JsonStream(std::unique_ptr<State> state) : state_(std::move(state)) {}

JsonStream::~JsonStream() {
  if (!state_->ended) {
    state_->context.TryCancel();
    // The library requires every call to be finished before its context goes.
    (void)state_->Finish(absl::InfiniteFuture());
  }
  state_->queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (state_->queue.Next(&tag, &ok)) {
  }
}

absl::Status JsonClient::CheckRequest(absl::string_view method, const nlohmann::json& request) {
  auto descriptor = FindMethod(method);
  if (!descriptor.ok()) return descriptor.status();
  return ToMessage(request, *NewMessage((*descriptor)->input_type()));
}

absl::StatusOr<std::unique_ptr<JsonStream>> JsonClient::Open(const MethodDescriptor& method, absl::Time deadline) {
  auto state = std::make_unique<JsonStream::State>();
  state->method = &method;
  connection_->Prepare(state->context, deadline);
  state->stream = connection_->stub->PrepareCall(&state->context, PathOf(method), &state->queue);
  state->stream->StartCall(state.get());
  auto started = state->Wait(deadline);
  std::unique_ptr<JsonStream> stream(new JsonStream(std::move(state)));
  if (!started.ok()) return started.status();
  if (!*started) return stream->state_->Finish(deadline);
  return stream;
}

absl::StatusOr<std::unique_ptr<JsonStream>> JsonClient::OpenStream(absl::string_view method, absl::Time deadline) {
  auto descriptor = RequireMethod(method, Streams::kBoth);
  if (!descriptor.ok()) return descriptor.status();
  return Open(**descriptor, deadline);
}

absl::StatusOr<std::unique_ptr<JsonStream>> JsonClient::Follow(absl::string_view method, const nlohmann::json& request,
                                                               absl::Time deadline) {
  auto descriptor = RequireMethod(method, Streams::kAnswers);
  if (!descriptor.ok()) return descriptor.status();
  auto stream = Open(**descriptor, deadline);
  if (!stream.ok()) return stream.status();
  // A call that is over already says why when it is read from.
  if (auto sent = (*stream)->Send(request, deadline); !sent.ok()) return sent.status();
  if (auto closed = (*stream)->CloseSending(deadline); !closed.ok()) return closed;
  return stream;
}

absl::StatusOr<bool> JsonStream::Send(const nlohmann::json& message, absl::Time deadline) {
  if (state_->ended) return false;
  const auto input = NewMessage(state_->method->input_type());
  if (auto fits = ToMessage(message, *input); !fits.ok()) return fits;
  state_->stream->Write(*input, state_.get());
  return state_->Wait(deadline);
}

absl::Status JsonStream::CloseSending(absl::Time deadline) {
  if (state_->ended) return absl::OkStatus();
  state_->stream->WritesDone(state_.get());
  return state_->Wait(deadline).status();  // a call that is already over shows its reason in Receive()
}

absl::StatusOr<nlohmann::json> JsonStream::Receive(absl::Time deadline) {
  if (state_->ended) return *state_->ended;
  const auto output = NewMessage(state_->method->output_type());
  state_->stream->Read(output.get(), state_.get());
  auto received = state_->Wait(deadline);
  if (!received.ok()) return received.status();
  if (!*received) return state_->Finish(deadline);
  return ToJson(*output);
}

}  // namespace usher::rpc
