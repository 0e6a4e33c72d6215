// What is measured: a workload loaded into Usher, and ways to ask it. Both kinds are the product as it is shipped:
// rules and memberships go through its access engine, documents and vectors into its store on disk.
#ifndef USHER_BENCH_USHER_BENCH_TARGET_H_
#define USHER_BENCH_USHER_BENCH_TARGET_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace usher::bench {

inline constexpr char kTenant[] = "bench";
inline constexpr char kCollection[] = "workload";

// Names of the workload's numbers in the product. A document's name has one length, so that order is that of numbers.
inline std::string PrincipalName(uint32_t principal) { return absl::StrCat("user:p", principal); }
inline std::string GroupName(uint32_t group) { return absl::StrCat("group:g", group); }
inline std::string DocumentName(uint32_t document) { return absl::StrCat("d", absl::Dec(document, absl::kZeroPad10)); }

// One thread's way of asking.
class Client {
 public:
  virtual ~Client() = default;
  // Asks a question of the workload on behalf of its principal; the answer as rows, best first.
  virtual absl::StatusOr<std::vector<uint32_t>> Ask(size_t question) = 0;
};

// Thread-safety: Connect may be called concurrently.
class Target {
 public:
  virtual ~Target() = default;
  // `exact`: searches in strict mode. The client must not outlive the target.
  virtual absl::StatusOr<std::unique_ptr<Client>> Connect(bool exact) = 0;
  // The process that holds the index.
  virtual pid_t process() const = 0;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_TARGET_H_
