// `usher-bench search`: loads a workload and asks all its questions. Thread-safety: a free function.
#ifndef USHER_BENCH_USHER_BENCH_SEARCH_COMMAND_H_
#define USHER_BENCH_USHER_BENCH_SEARCH_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace usher::bench {

struct SearchOptions {
  std::string data;
  std::string mode = "inprocess";     // or `grpc`
  std::vector<size_t> clients = {1};  // one measurement each; the first's replies are written
  bool strict = false;
  std::string out;
  std::string strict_out;  // empty, or where strict mode, measured on the same loaded workload, is written
  std::string folder;      // empty: a temporary one
  std::string usherd;      // for `grpc`
};

absl::Status RunSearch(const SearchOptions& options);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_SEARCH_COMMAND_H_
