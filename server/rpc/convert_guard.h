// What is inspected and how, from the wire's messages, and what came of it back.
//
// Errors: INVALID_ARGUMENT naming the field. Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CONVERT_GUARD_H_
#define USHER_SERVER_RPC_CONVERT_GUARD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "server/guard/terms.h"
#include "server/sanitize/finding.h"
#include "usher/v1/guard.pb.h"

namespace usher::rpc {

struct Inspection {
  guard::Terms terms;
  std::string collection;  // id; may be empty
};

// Everything but the text.
absl::StatusOr<Inspection> FromProto(const v1::InspectRequest& request);
absl::StatusOr<Inspection> FromProto(const v1::InspectStreamRequest& request);

// Refuses fields that only the first message of a stream may hold.
absl::Status CheckHoldsTextAlone(const v1::InspectStreamRequest& request);

void AddFindings(const std::vector<sanitize::Finding>& findings, google::protobuf::RepeatedPtrField<v1::Finding>* out);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CONVERT_GUARD_H_
