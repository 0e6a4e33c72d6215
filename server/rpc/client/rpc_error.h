// Turns the end of a call into a Status whose message a person can act on.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CLIENT_RPC_ERROR_H_
#define USHER_SERVER_RPC_CLIENT_RPC_ERROR_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace usher::rpc {

// The same code, and the server's message followed by what its google.rpc details say: each field and what is wrong
// with it on a line of its own, the reason, and when to try again. Details that cannot be read are named, not dropped.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CLIENT_RPC_ERROR_H_
