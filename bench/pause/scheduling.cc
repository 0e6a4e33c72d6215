#include "bench/pause/scheduling.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "bench/access/measure.h"

namespace usher::bench {

ThreadClock::ThreadClock() : file_(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)) {
  Require(file_ >= 0, "open the kernel's scheduling statistics");
}

ThreadClock::~ThreadClock() { close(file_); }

ThreadTimes ThreadClock::Now() const {
  timespec cpu{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
  char text[128] = {};
  Require(pread(file_, text, sizeof text - 1, 0) > 0, "read the kernel's scheduling statistics");
  long long ran = 0;
  long long waited = 0;
  Require(std::sscanf(text, "%lld %lld", &ran, &waited) == 2, "understand the kernel's scheduling statistics");
  return {absl::DurationFromTimespec(cpu), absl::Nanoseconds(waited)};
}

absl::Duration BusyTime(const std::set<pid_t>& others) {
  absl::Duration busy;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    if (others.contains(static_cast<pid_t>(std::stol(task.path().filename())))) continue;
    std::ifstream statistics(task.path() / "schedstat");
    int64_t ran = 0;
    int64_t waited = 0;
    if (statistics >> ran >> waited) busy += absl::Nanoseconds(ran + waited);
  }
  return busy;
}

}  // namespace usher::bench
