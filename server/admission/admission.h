// Lets a bounded number of calls in at once, each with a bounded time.
//
// Guarantees: tickets never take more than `max_in_flight` places; a call that finds no room is refused at once, with a
// hint when to retry, rather than queued until its deadline. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_ADMISSION_ADMISSION_H_
#define USHER_SERVER_ADMISSION_ADMISSION_H_

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"

namespace usher::admission {

struct Limits {
  int max_in_flight = 256;
  // The longest a call may take, whatever deadline it asks for.
  absl::Duration max_query_time = absl::Seconds(30);
  absl::Duration max_write_time = absl::Minutes(10);
};

enum class WorkKind { kQuery, kWrite };

class Admission;

// The right to work until `deadline()`; gives its places back when destroyed.
class Ticket {
 public:
  Ticket(Ticket&&) = default;
  Ticket& operator=(Ticket&&) = default;
  absl::Time deadline() const { return deadline_; }

 private:
  friend class Admission;
  struct Release {
    int places;
    void operator()(std::atomic<int>* in_flight) const { in_flight->fetch_sub(places, std::memory_order_relaxed); }
  };
  Ticket(std::atomic<int>* in_flight, int places, absl::Time deadline)
      : places_(in_flight, Release{places}), deadline_(deadline) {}

  std::unique_ptr<std::atomic<int>, Release> places_;
  absl::Time deadline_;
};

class Admission {
 public:
  // `clock` must outlive the object, and the object its tickets.
  Admission(const acl::Clock* clock, const Limits& limits) : clock_(clock), limits_(limits) {}
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // `questions`: places that the call takes, at least 1; one that stands for more than there are takes all of them.
  // RESOURCE_EXHAUSTED when full; DEADLINE_EXCEEDED when `deadline` has passed.
  absl::StatusOr<Ticket> Admit(WorkKind kind, absl::Time deadline, int questions = 1);

 private:
  const acl::Clock* clock_;
  const Limits limits_;
  std::atomic<int> in_flight_{0};
};

}  // namespace usher::admission

#endif  // USHER_SERVER_ADMISSION_ADMISSION_H_
