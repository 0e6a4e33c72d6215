// What is wrong with a request, inside an absl::Status, from where it is found to whoever answers: the field, and a
// reason for programs.
//
// Thread-safety: free functions.
#ifndef USHER_INDEX_STATUS_FIELD_H_
#define USHER_INDEX_STATUS_FIELD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace usher {

inline constexpr char kFieldDetail[] = "usher/field";
inline constexpr char kReasonDetail[] = "usher/reason";

// `status` with the path of the request's field that is wrong, e.g. "documents[3].title". OK stays OK.
inline absl::Status AtField(absl::Status status, const std::string& field) {
  if (!status.ok()) status.SetPayload(kFieldDetail, absl::Cord(field));
  return status;
}

// `status` with a stable UPPER_SNAKE_CASE reason for programs.
inline absl::Status WithReason(absl::Status status, const std::string& reason) {
  if (!status.ok()) status.SetPayload(kReasonDetail, absl::Cord(reason));
  return status;
}

}  // namespace usher

#endif  // USHER_INDEX_STATUS_FIELD_H_
