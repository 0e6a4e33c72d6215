// A clock that stands still until the test moves it.
#ifndef USHER_TESTS_FAKE_CLOCK_H_
#define USHER_TESTS_FAKE_CLOCK_H_

#include <atomic>

#include "absl/time/time.h"
#include "acl/clock.h"

namespace usher::tests {

// Thread-safe.
class FakeClock final : public acl::Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixNanos(nanos_.load()); }
  void Advance(absl::Duration by) { nanos_.fetch_add(absl::ToInt64Nanoseconds(by)); }

 private:
  std::atomic<int64_t> nanos_{1'790'000'000'000'000'000};
};

}  // namespace usher::tests

#endif  // USHER_TESTS_FAKE_CLOCK_H_
