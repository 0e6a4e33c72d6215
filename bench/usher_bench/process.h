// What the kernel tells about a process. Thread-safety: free functions.
#ifndef USHER_BENCH_USHER_BENCH_PROCESS_H_
#define USHER_BENCH_USHER_BENCH_PROCESS_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::bench {

// Wall-clock time from a clock that never steps.
absl::Duration Elapsed();

// UNAVAILABLE when the process is gone.
absl::StatusOr<uint64_t> ResidentBytes(pid_t process);
// Returns once the process has next to nothing to do for a while, that is, once sealing, merging and compacting are
// over, and says how long that took, the while at the end not counted. Work that waits for a busy processor is work.
// The calling thread does not count. UNAVAILABLE when the process is gone.
absl::StatusOr<absl::Duration> AwaitRest(pid_t process);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_PROCESS_H_
