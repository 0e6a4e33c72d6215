// What a run is told as: a file for programs and a table for people. Thread-safety: free functions.
#ifndef USHER_BENCH_USHER_BENCH_REPORT_H_
#define USHER_BENCH_USHER_BENCH_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bench/usher_bench/passes.h"
#include "bench/usher_bench/scores.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

// What loading the workload took.
struct Loading {
  bool reused = false;   // it was in the folder before, and was opened only
  absl::Duration load;   // until everything could be searched
  absl::Duration build;  // from then on until the index had come to rest
  uint64_t memory = 0;   // bytes, at rest and after the warm-up
};

// All questions, asked by a number of clients.
struct Measured {
  size_t clients = 1;
  Passes passes;
};

struct Report {
  std::string mode;  // `inprocess` or `grpc`
  bool exact = false;
  Loading loading;
  std::vector<Measured> measured;  // at least one; replies and scores are of the first
  Scores scores;
};

// One line a question: {"q", "ids", "us"}; then one with the scores, {"buckets": …}, and one with everything else.
absl::Status WriteRun(const Workload& workload, const Report& report, const std::string& path);
void PrintTable(const Workload& workload, const Report& report);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_REPORT_H_
