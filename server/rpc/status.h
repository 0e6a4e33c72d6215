// From absl::Status to what goes over the wire: code, message, and google.rpc details.
#ifndef USHER_SERVER_RPC_STATUS_H_
#define USHER_SERVER_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace usher::rpc {

// ErrorInfo always, BadRequest where a field is named, RetryInfo where a retry may help (see server/status_detail.h).
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_STATUS_H_
