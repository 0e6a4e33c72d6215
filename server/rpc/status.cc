#include "server/rpc/status.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/status_detail.h"
#include "usher/v1/status_details.pb.h"

namespace usher::rpc {
namespace {

// The messages are ours, field for field those of google.rpc, under whose names clients know them.
void Attach(v1::RpcStatus& status, const char* name, const google::protobuf::Message& detail) {
  google::protobuf::Any* any = status.add_details();
  any->set_type_url(absl::StrCat("type.googleapis.com/google.rpc.", name));
  detail.SerializeToString(any->mutable_value());
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  v1::RpcStatus wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(std::string(status.message()));

  v1::ErrorInfo info;
  info.set_domain("usher");
  info.set_reason(DetailOf(status, kReasonDetail).value_or(absl::StatusCodeToString(status.code())));
  Attach(wire, "ErrorInfo", info);
  std::string message(status.message());
  if (const auto field = DetailOf(status, kFieldDetail)) {
    v1::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field(*field);
    violation->set_description(message);
    Attach(wire, "BadRequest", bad);
    message = absl::StrCat(*field, ": ", message);
  }
  int64_t milliseconds = 0;
  if (const auto retry = DetailOf(status, kRetryDetail); retry && absl::SimpleAtoi(*retry, &milliseconds)) {
    v1::RetryInfo after;
    after.mutable_retry_delay()->set_seconds(milliseconds / 1'000);
    after.mutable_retry_delay()->set_nanos(static_cast<int32_t>(milliseconds % 1'000 * 1'000'000));
    Attach(wire, "RetryInfo", after);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message, wire.SerializeAsString());
}

}  // namespace usher::rpc
