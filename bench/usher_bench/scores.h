// How good and how fast the replies to a workload's questions are, by share of readable rows and correlation.
// Thread-safety: values; a free function.
#ifndef USHER_BENCH_USHER_BENCH_SCORES_H_
#define USHER_BENCH_USHER_BENCH_SCORES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "bench/usher_bench/passes.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

struct Latency {
  double mean = 0;  // all in microseconds
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

// `times` must not be empty.
Latency LatencyOf(absl::Span<const absl::Duration> times);

struct Cell {
  uint64_t questions = 0;
  std::optional<double> recall;  // of the 10 best readable rows; rows that score as the 10th count
  uint64_t forbidden = 0;        // rows that the principal may not read
  uint64_t short_replies = 0;    // with fewer than min(10, readable) different rows
  Latency latency;
};

// Bucket -> `pos`, `neg` or `both` -> cell; the bucket `all` is of all questions.
using Scores = std::map<std::string, std::map<std::string, Cell>>;

// Each reply is held against the rules themselves. `replies`: by question.
Scores ScoreReplies(const Workload& workload, const std::vector<Reply>& replies);

// The buckets of `scores` from the smallest share to the largest, `all` at the end.
std::vector<std::string> BucketsInOrder(const Scores& scores);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_SCORES_H_
