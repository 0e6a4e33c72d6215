#include "server/admission/admission.h"

#include <algorithm>

#include "server/status_detail.h"

namespace usher::admission {

absl::StatusOr<Ticket> Admission::Admit(WorkKind kind, absl::Time deadline) {
  const absl::Time now = clock_->Now();
  if (deadline <= now) return absl::DeadlineExceededError("the deadline had passed when the call arrived");
  const absl::Duration longest = kind == WorkKind::kQuery ? limits_.max_query_time : limits_.max_write_time;
  Ticket ticket(&in_flight_, std::min(deadline, now + longest));
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= limits_.max_in_flight) {
    return WithReason(
        RetryAfter(absl::ResourceExhaustedError("the server is at its limit of concurrent calls; retry later"),
                   absl::Milliseconds(200)),
        "TOO_MANY_CALLS");
  }
  return ticket;
}

}  // namespace usher::admission
