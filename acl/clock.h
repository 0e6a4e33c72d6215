// The one source of wall-clock time, so that expiry can be tested without waiting.
#ifndef USHER_ACL_CLOCK_H_
#define USHER_ACL_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace usher::acl {

// Thread-safe. Not monotonic: the system clock may step, so never measure durations with it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace usher::acl

#endif  // USHER_ACL_CLOCK_H_
