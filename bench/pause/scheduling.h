// What the kernel did with threads: how long they computed, and how long they were ready to and had no core.
#ifndef USHER_BENCH_PAUSE_SCHEDULING_H_
#define USHER_BENCH_PAUSE_SCHEDULING_H_

#include <sys/types.h>

#include <set>

#include "absl/time/time.h"

namespace usher::bench {

struct ThreadTimes {
  absl::Duration computing;
  absl::Duration queued;
};

// Of the thread that made it. Ends the process where the kernel keeps no such statistics.
class ThreadClock {
 public:
  ThreadClock();
  ~ThreadClock();
  ThreadClock(const ThreadClock&) = delete;
  ThreadClock& operator=(const ThreadClock&) = delete;

  ThreadTimes Now() const;

 private:
  int file_;
};

// Computing and queued time of all threads of the process but `others`. Threads that ended do not count.
absl::Duration BusyTime(const std::set<pid_t>& others);

}  // namespace usher::bench

#endif  // USHER_BENCH_PAUSE_SCHEDULING_H_
