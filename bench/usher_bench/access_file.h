// acl.json of a workload. Thread-safety: values; a free function.
#ifndef USHER_BENCH_USHER_BENCH_ACCESS_FILE_H_
#define USHER_BENCH_USHER_BENCH_ACCESS_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {

struct AccessFile {
  std::vector<std::vector<uint32_t>> readers;     // doc_groups
  std::vector<std::vector<uint32_t>> principals;  // their groups
  std::vector<Question> questions;                // each of one of the principals
};

// NOT_FOUND for a file that cannot be opened; INVALID_ARGUMENT naming the place in it that is wrong. Members that are
// not needed are passed over.
absl::StatusOr<AccessFile> ReadAccessFile(const std::string& path);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_ACCESS_FILE_H_
