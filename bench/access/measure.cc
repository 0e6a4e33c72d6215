#include "bench/access/measure.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace usher::bench {

void Require(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, what.c_str());
  std::fflush(stdout);
  _exit(1);
}

void Require(const absl::Status& status, const std::string& what) {
  Require(status.ok(), what + ": " + std::string(status.message()));
}

absl::Duration Elapsed() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

void Timings::Time(const std::function<void()>& work) {
  const absl::Duration start = Elapsed();
  work();
  Add(Elapsed() - start);
}

double Timings::Quantile(double share) {
  std::sort(micros_.begin(), micros_.end());
  return micros_[static_cast<size_t>(share * static_cast<double>(micros_.size() - 1))];
}

void Timings::Print(const std::string& what) {
  std::printf("  %-60s %12.1f %12.1f us (p50, p99 of %zu)\n", what.c_str(), Quantile(0.5), Quantile(0.99),
              micros_.size());
}

void PrintHeader(const std::string& title) { std::printf("%s\n", title.c_str()); }

void PrintValue(const std::string& what, double value, const std::string& unit) {
  std::printf("  %-60s %12.2f %s\n", what.c_str(), value, unit.c_str());
}

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

absl::Duration CpuTime() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

bool RunApart(const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  Require(child >= 0, "no second process could be started");
  if (child == 0) {
    work();
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace usher::bench
