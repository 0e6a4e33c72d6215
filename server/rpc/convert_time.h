// Instants and spans between the wire and the server.
//
// Errors: INVALID_ARGUMENT naming the field. Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CONVERT_TIME_H_
#define USHER_SERVER_RPC_CONVERT_TIME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace usher::rpc {

google::protobuf::Timestamp ToProto(absl::Time time);
google::protobuf::Duration ToProto(absl::Duration duration);

absl::StatusOr<absl::Time> TimeFromProto(const google::protobuf::Timestamp& time, const std::string& field);

// `bounds`: what is allowed, for the message, e.g. "1 minute to 24 hours".
struct DurationBounds {
  absl::Duration min;
  absl::Duration max;
  const char* bounds;
};
absl::StatusOr<absl::Duration> DurationFromProto(const google::protobuf::Duration& duration,
                                                 const DurationBounds& bounds, const std::string& field);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CONVERT_TIME_H_
