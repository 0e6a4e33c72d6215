#include "server/sanitize/external/circuit_breaker.h"

#include <algorithm>

namespace usher::sanitize::external {

bool CircuitBreaker::IsOpenLocked(absl::Time now) {
  if (failures_ < most_failures_) return false;
  open_until_ = std::min(open_until_, now + pause_);
  return now < open_until_;
}

bool CircuitBreaker::IsOpen(absl::Time now) {
  const std::lock_guard lock(mutex_);
  return IsOpenLocked(now);
}

bool CircuitBreaker::Allow(absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (IsOpenLocked(now)) return false;
  // A probe that never reports back must not keep the circuit open for ever.
  open_until_ = now + pause_;
  return true;
}

void CircuitBreaker::Succeeded() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
}

bool CircuitBreaker::Failed(absl::Time now) {
  const std::lock_guard lock(mutex_);
  const bool was_open = failures_ == most_failures_;
  if (!was_open) ++failures_;
  open_until_ = now + pause_;
  return !was_open && failures_ == most_failures_;
}

}  // namespace usher::sanitize::external
