// How many long calls of one kind may be open: each holds a thread for as long as it likes.
//
// Guarantees: never more than `max` places are taken. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_RPC_STREAM_PLACES_H_
#define USHER_SERVER_RPC_STREAM_PLACES_H_

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/status_detail.h"

namespace usher::rpc {

inline constexpr int kMaxStreams = 32;

class StreamPlaces {
  struct Release {
    void operator()(std::atomic<int>* taken) const { taken->fetch_sub(1, std::memory_order_relaxed); }
  };

 public:
  // Gives itself back at its end; the StreamPlaces must outlive it.
  using Place = std::unique_ptr<std::atomic<int>, Release>;

  explicit StreamPlaces(int max = kMaxStreams) : max_(max) {}

  // RESOURCE_EXHAUSTED when all are taken.
  absl::StatusOr<Place> Take() {
    const bool free = taken_.fetch_add(1, std::memory_order_relaxed) < max_;
    Place place(&taken_);
    if (free) return place;
    return WithReason(
        RetryAfter(absl::ResourceExhaustedError("too many streams are open; retry later"), absl::Seconds(1)),
        "TOO_MANY_STREAMS");
  }

 private:
  const int max_;
  std::atomic<int> taken_{0};
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_STREAM_PLACES_H_
