// Which field of a request is wrong, inside an absl::Status, from where it is found to whoever answers the request.
//
// Thread-safety: free functions.
#ifndef USHER_INDEX_STATUS_FIELD_H_
#define USHER_INDEX_STATUS_FIELD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"

namespace usher {

inline constexpr char kFieldDetail[] = "usher/field";

// `status` with the path of the request's field that is wrong, e.g. "documents[3].title". OK stays OK.
inline absl::Status AtField(absl::Status status, const std::string& field) {
  if (!status.ok()) status.SetPayload(kFieldDetail, absl::Cord(field));
  return status;
}

}  // namespace usher

#endif  // USHER_INDEX_STATUS_FIELD_H_
