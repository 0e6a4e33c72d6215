// The workload in a corpus of this very process, on a store on disk.
//
// A question takes what the query pipeline takes up to its candidates: the view, with the entitlement, the search of
// its snapshot, and the rows' names. Text is stored but not read. Thread-safety: as Target.
#ifndef USHER_BENCH_USHER_BENCH_IN_PROCESS_H_
#define USHER_BENCH_USHER_BENCH_IN_PROCESS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "bench/usher_bench/folder.h"
#include "bench/usher_bench/target.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

// Loads the workload, or opens what the folder holds of it. Both must outlive the target.
absl::StatusOr<std::unique_ptr<Target>> OpenInProcess(const Workload& workload, Folder& folder);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_IN_PROCESS_H_
