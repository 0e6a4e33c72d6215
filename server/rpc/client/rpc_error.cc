#include "server/rpc/client/rpc_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "usher/v1/status_details.pb.h"

namespace usher::rpc {
namespace {

constexpr char kPrefix[] = "type.googleapis.com/google.rpc.";
constexpr char kUnreadable[] = "\n  (the server sent error details that cannot be read)";

std::string Violations(const v1::BadRequest& bad_request) {
  std::string text;
  for (const auto& violation : bad_request.field_violations()) {
    absl::StrAppend(&text, "\n  ", violation.field(), ": ", violation.description());
  }
  return text;
}

std::string Reason(const v1::ErrorInfo& info) {
  std::string text = absl::StrCat("\n  reason: ", info.reason());
  for (const auto& [key, value] : info.metadata()) absl::StrAppend(&text, ", ", key, " = ", value);
  return text;
}

std::string RetryDelay(const v1::RetryInfo& info) {
  const auto& delay = info.retry_delay();
  return absl::StrCat("\n  try again after ",
                      absl::FormatDuration(absl::Seconds(delay.seconds()) + absl::Nanoseconds(delay.nanos())));
}

template <typename Message, typename Describe>
std::string Unpacked(const google::protobuf::Any& detail, Describe describe) {
  Message message;
  return message.ParseFromString(detail.value()) ? describe(message) : kUnreadable;
}

// The messages travel under google.rpc type URLs, so Any::UnpackTo, which compares full names, would refuse them.
std::string Describe(const google::protobuf::Any& detail) {
  const std::string& type = detail.type_url();
  if (type == absl::StrCat(kPrefix, "BadRequest")) return Unpacked<v1::BadRequest>(detail, Violations);
  if (type == absl::StrCat(kPrefix, "ErrorInfo")) return Unpacked<v1::ErrorInfo>(detail, Reason);
  if (type == absl::StrCat(kPrefix, "RetryInfo")) return Unpacked<v1::RetryInfo>(detail, RetryDelay);
  return absl::StrCat("\n  (with a detail of type ", type, ")");
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  std::string message = status.error_message();
  if (message.empty()) message = "the server gave no message";
  if (!status.error_details().empty()) {
    v1::RpcStatus details;
    if (details.ParseFromString(status.error_details())) {
      for (const auto& detail : details.details()) message += Describe(detail);
    } else {
      message += kUnreadable;
    }
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), message);
}

}  // namespace usher::rpc
