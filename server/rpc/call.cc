#include "server/rpc/call.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "server/auth/crypto.h"
#include "server/pipeline/asker_of.h"
#include "server/rpc/status.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr size_t kMaxRequestId = 128;

std::vector<std::string> MetadataValues(const grpc::ServerContext& context, const char* key) {
  std::vector<std::string> values;
  const auto range = context.client_metadata().equal_range(key);
  for (auto it = range.first; it != range.second; ++it) values.emplace_back(it->second.data(), it->second.size());
  return values;
}

// Whether the caller has gone. gRPC looks for that at its sockets, which takes as long as a small search, so it is
// asked now and then only. Of one thread.
class Absence {
 public:
  explicit Absence(const grpc::ServerContext& context) : context_(&context) {}

  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return false;
    next_ = now + kBetween;
    return context_->IsCancelled();
  }

 private:
  static constexpr std::chrono::milliseconds kBetween{2};

  const grpc::ServerContext* context_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kBetween;
};

// Maps have no order of their own, so equal requests need a serialisation that gives them one.
std::string SerializeDeterministic(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

pipeline::CallControl ControlOf(const grpc::ServerContext& context) {
  pipeline::CallControl control;
  control.credentials.authorization = MetadataValues(context, "authorization");
  control.credentials.principal = MetadataValues(context, "usher-principal");
  // Metadata holds ASCII only unless its key ends in -bin; names may hold more.
  for (std::string& name : MetadataValues(context, "usher-principal-bin")) {
    control.credentials.principal.push_back(std::move(name));
  }
  control.deadline = absl::FromChrono(context.deadline());
  control.cancelled = Absence(context);
  return control;
}

grpc::Status Handle(const pipeline::FrontDoor& door, const grpc::ServerContext& context, std::string_view method,
                    admission::WorkKind kind, const std::function<absl::Status(const pipeline::Visit&)>& body) {
  const pipeline::CallControl control = ControlOf(context);
  const absl::StatusOr<pipeline::Visit> visit = door.Enter(method, control.credentials, kind, control.deadline);
  if (!visit.ok()) return Conclude(method, visit.status());
  const auth::RoleSet roles = visit->caller.roles();
  const bool runs_it = roles.Has(auth::Role::kAdministrator) || roles.Has(auth::Role::kOperator);
  const absl::Status status = body(*visit);
  return runs_it ? Conclude(method, status) : ConcludeForReader(method, status);
}

grpc::Status Conclude(std::string_view method, const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kUnknown:
      spdlog::error("{}: {}", method, status.ToString());
      break;
    default:
      spdlog::debug("{}: {}", method, absl::StatusCodeToString(status.code()));
  }
  return ToGrpcStatus(status);
}

grpc::Status ConcludeForReader(std::string_view method, const absl::Status& status) {
  const bool explained = DetailOf(status, kReasonDetail).has_value();
  const bool inner = absl::IsInternal(status) || absl::IsDataLoss(status) || absl::IsUnknown(status) ||
                     ((absl::IsUnavailable(status) || absl::IsResourceExhausted(status)) && !explained);
  if (!inner) return Conclude(method, status);
  const std::string reference = absl::BytesToHexString(auth::RandomBytes(8).value_or("unknown"));
  spdlog::error("{}: {} [reference {}]", method, status.ToString(), reference);
  return ToGrpcStatus(absl::Status(
      status.code(), absl::StrCat("the server cannot answer now; its log says why under the reference ", reference)));
}

absl::StatusOr<corpus::WriteContext> WriteContextOf(const auth::Caller& caller, std::string_view method,
                                                    const std::string& request_id,
                                                    const google::protobuf::Message& request) {
  corpus::WriteContext context;
  context.tenant = caller.tenant();
  context.caller = caller.actor();
  context.request_id = request_id;
  if (!caller.roles().Has(auth::Role::kAdministrator)) context.owner = pipeline::AskerOf(caller, "");
  if (request_id.empty()) return context;
  const bool printable = std::all_of(request_id.begin(), request_id.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (request_id.size() > kMaxRequestId || !printable) {
    return AtField(absl::InvalidArgumentError("must have 1 to 128 printable ASCII characters, such as a UUID"),
                   "request_id");
  }
  context.fingerprint =
      auth::Sha256(absl::StrCat(acl::ToAbsl(method), absl::string_view("\0", 1), SerializeDeterministic(request)));
  return context;
}

}  // namespace usher::rpc
