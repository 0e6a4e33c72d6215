#include "server/admission/admission.h"

#include <algorithm>

#include "server/status_detail.h"

namespace usher::admission {

absl::StatusOr<Ticket> Admission::Admit(WorkKind kind, absl::Time deadline, int questions) {
  const absl::Time now = clock_->Now();
  if (deadline <= now) return absl::DeadlineExceededError("the deadline had passed when the call arrived");
  const absl::Duration longest = kind == WorkKind::kQuery ? limits_.max_query_time : limits_.max_write_time;
  const int places = std::min(questions, limits_.max_in_flight);
  Ticket ticket(&in_flight_, places, std::min(deadline, now + longest));
  if (in_flight_.fetch_add(places, std::memory_order_relaxed) + places > limits_.max_in_flight) {
    return WithReason(
        RetryAfter(absl::ResourceExhaustedError("the server is at its limit of concurrent calls; retry later"),
                   absl::Milliseconds(200)),
        "TOO_MANY_CALLS");
  }
  return ticket;
}

}  // namespace usher::admission
