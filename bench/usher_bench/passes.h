// Asks all questions of a workload, by one client or several at once.
#ifndef USHER_BENCH_USHER_BENCH_PASSES_H_
#define USHER_BENCH_USHER_BENCH_PASSES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/usher_bench/target.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

struct Reply {
  std::vector<uint32_t> rows;  // best first
  absl::Duration taken;
};

struct Passes {
  std::vector<Reply> replies;       // by question: the first time it was asked
  absl::Duration wall;              // of everything below
  uint64_t asked = 0;               // how often anything was
  std::vector<absl::Duration> all;  // of each time, in no order
};

// Asks the questions of every principal that asks any once, so that entitlements are warm, and the first hundred of
// all.
absl::Status WarmUp(Target& target, const Workload& workload, bool exact);

// Each client is a thread of its own; question i is the (i mod clients)-th one's, asked in order. Once through, a
// client begins again until three seconds are over. Returns the first error of any client.
absl::StatusOr<Passes> RunClients(Target& target, const Workload& workload, size_t clients, bool exact);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_PASSES_H_
