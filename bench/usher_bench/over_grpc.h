// The workload in a server beside this process, asked over gRPC on loopback without TLS.
//
// A question takes everything a caller pays: credentials, entitlement, search, reading the text, the second check,
// cleaning, the receipt on disk, and the way there and back. Thread-safety: as Target.
#ifndef USHER_BENCH_USHER_BENCH_OVER_GRPC_H_
#define USHER_BENCH_USHER_BENCH_OVER_GRPC_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "bench/usher_bench/folder.h"
#include "bench/usher_bench/target.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

// Starts the program `usherd` on the folder and loads the workload, unless it is there already. Workload and folder
// must outlive the target.
absl::StatusOr<std::unique_ptr<Target>> OpenOverGrpc(const Workload& workload, Folder& folder,
                                                     const std::string& usherd);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_OVER_GRPC_H_
