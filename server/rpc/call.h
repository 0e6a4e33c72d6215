// One call, from the wire to the pipeline and back: credentials, deadline, cancellation, and the way in and out of
// every handler.
//
// Guarantees: a handler's body runs only for an authenticated, authorised and admitted call. Thread-safety: free
// functions.
#ifndef USHER_SERVER_RPC_CALL_H_
#define USHER_SERVER_RPC_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "index/corpus/corpus.h"
#include "server/admission/admission.h"
#include "server/auth/caller.h"
#include "server/pipeline/front_door.h"
#include "server/pipeline/query_pipeline.h"

namespace usher::rpc {

// `context` must outlive the result.
pipeline::CallControl ControlOf(const grpc::ServerContext& context);

// Enters through the door, runs `body`, and turns its status into the wire's.
grpc::Status Handle(const pipeline::FrontDoor& door, const grpc::ServerContext& context, std::string_view method,
                    admission::WorkKind kind, const std::function<absl::Status(const pipeline::Visit&)>& body);

// For handlers whose pipeline enters by itself: logs and converts.
grpc::Status Conclude(std::string_view method, const absl::Status& status);

// The same towards those who only read: an error of the server's own inside is logged under a reference, and the caller
// is told that reference instead of what may speak of documents, files or others.
grpc::Status ConcludeForReader(std::string_view method, const absl::Status& status);

// Who writes what; the fingerprint is over method and content. Whoever is no administrator writes as an owner.
// INVALID_ARGUMENT for a bad request_id.
absl::StatusOr<corpus::WriteContext> WriteContextOf(const auth::Caller& caller, std::string_view method,
                                                    const std::string& request_id,
                                                    const google::protobuf::Message& request);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CALL_H_
