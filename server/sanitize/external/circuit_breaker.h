// Stops asking a service that fails, and tries it again now and then.
//
// Guarantees: after `failures` failures in a row nothing is let through for `pause`, then one request a `pause` until
// one succeeds. A clock that steps back prolongs no pause beyond its length. Thread-safety: all methods may be called
// concurrently.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_CIRCUIT_BREAKER_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_CIRCUIT_BREAKER_H_

#include <mutex>

#include "absl/time/time.h"

namespace usher::sanitize::external {

class CircuitBreaker {
 public:
  CircuitBreaker(int failures, absl::Duration pause) : most_failures_(failures), pause_(pause) {}

  // Whether Allow would say no.
  bool IsOpen(absl::Time now);
  // Whether a request may be sent now. After a pause, the one that is told so is the probe.
  bool Allow(absl::Time now);
  void Succeeded();
  // True when that was the failure that opened the circuit.
  bool Failed(absl::Time now);

 private:
  bool IsOpenLocked(absl::Time now);

  const int most_failures_;
  const absl::Duration pause_;
  std::mutex mutex_;
  int failures_ = 0;  // in a row; guarded by mutex_, as what follows
  absl::Time open_until_;
};

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_CIRCUIT_BREAKER_H_
