// Details that travel inside an absl::Status from where a problem is found to the edge that speaks gRPC.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_STATUS_DETAIL_H_
#define USHER_SERVER_STATUS_DETAIL_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "index/status_field.h"

namespace usher {

inline constexpr char kRetryDetail[] = "usher/retry-ms";

// `status` with the time after which a retry may succeed.
inline absl::Status RetryAfter(absl::Status status, absl::Duration delay) {
  if (!status.ok()) status.SetPayload(kRetryDetail, absl::Cord(absl::StrCat(absl::ToInt64Milliseconds(delay))));
  return status;
}

inline std::optional<std::string> DetailOf(const absl::Status& status, const char* detail) {
  const auto payload = status.GetPayload(detail);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

}  // namespace usher

#endif  // USHER_SERVER_STATUS_DETAIL_H_
