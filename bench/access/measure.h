// Small tools to time things and weigh a process with.
#ifndef USHER_BENCH_ACCESS_MEASURE_H_
#define USHER_BENCH_ACCESS_MEASURE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace usher::bench {

// Ends the process, naming what failed.
void Require(bool ok, const std::string& what);
void Require(const absl::Status& status, const std::string& what);

// Wall-clock time from a clock that never steps.
absl::Duration Elapsed();

// Not thread-safe.
class Timings {
 public:
  void Add(absl::Duration taken) { micros_.push_back(absl::ToDoubleMicroseconds(taken)); }
  void Time(const std::function<void()>& work);
  // In microseconds; `share` of 0 to 1. There must be one at least.
  double Quantile(double share);
  void Print(const std::string& what);

 private:
  std::vector<double> micros_;
};

void PrintHeader(const std::string& title);
void PrintValue(const std::string& what, double value, const std::string& unit);

// Of the process, from the kernel.
size_t ResidentBytes();
// Handed out by malloc and not given back.
size_t HeapBytes();
// Time the process spent on all processors.
absl::Duration CpuTime();

// Runs `work` in a process of its own, so that it starts from empty memory; false if it failed. Call while there is one
// thread only.
bool RunApart(const std::function<void()>& work);

}  // namespace usher::bench

#endif  // USHER_BENCH_ACCESS_MEASURE_H_
