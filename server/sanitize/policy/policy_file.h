// Policies as files: one YAML file holds one policy; deploy/policy.example.yaml shows every key.
//
// Guarantees: what is unknown, of the wrong type, out of range or said twice is an error that names file, line and key;
// what is left out has the default's value; a policy that does not do what its own examples say is not loaded.
// Thread-safety: free functions. Errors: INVALID_ARGUMENT unless said otherwise.
#ifndef USHER_SERVER_SANITIZE_POLICY_POLICY_FILE_H_
#define USHER_SERVER_SANITIZE_POLICY_POLICY_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/sanitize/policy/policy.h"

namespace usher::sanitize {

inline constexpr size_t kMaxPolicyBytes = size_t{1} << 20;

// Examples are not run. `name` stands for the file in messages.
absl::StatusOr<Policy> ParsePolicy(const std::string& name, const std::string& yaml);

// At most kMaxPolicyBytes of a regular file. NOT_FOUND if it cannot be opened, DATA_LOSS if it cannot be read.
absl::StatusOr<std::string> ReadPolicyFile(const std::string& path);

struct ExampleOutcome {
  std::string name;  // "must_change[0]" or "must_keep[2]"
  bool passed = false;
  std::string why;  // what came out instead, printable; empty if passed
};

// Runs each example through `policy`, as text that leaves.
std::vector<ExampleOutcome> RunExamples(const Policy& policy);

// The first example that fails.
absl::Status CheckExamples(const std::string& name, const Policy& policy);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_POLICY_POLICY_FILE_H_
