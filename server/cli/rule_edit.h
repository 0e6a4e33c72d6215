// Building and changing policies, in the JSON form of usher.v1.Policy. Pure: nothing is read from or sent to a server.
//
// Guarantee: no change widens access beyond what was asked for; see RemoveSubjects.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_RULE_EDIT_H_
#define USHER_SERVER_CLI_RULE_EDIT_H_

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::cli {

// What the command line says about rules.
struct RuleOptions {
  std::vector<std::string> allow;
  std::vector<std::string> deny;
  // RFC 3339, and a duration such as `2h`; at most one of them.
  std::string expires;
  std::string duration;
  bool inherit = false;
  bool restrict_readers = false;
  bool replace = false;

  bool HasSubjects() const { return !allow.empty() || !deny.empty(); }
  bool HasInheritance() const { return inherit || restrict_readers || replace; }
};

// Declares --allow and --deny on `command`; `options` must outlive the parser.
void AddSubjectOptions(CLI::App& command, RuleOptions& options);
// Declares --expires and --for.
void AddExpiryOptions(CLI::App& command, RuleOptions& options);
// Declares --inherit, --restrict and --replace.
void AddInheritanceOptions(CLI::App& command, RuleOptions& options);

// The policy that the options describe. UsageError for an expiry that cannot be read or is not after `now`.
absl::StatusOr<nlohmann::json> MakePolicy(const RuleOptions& options, absl::Time now);

// Adds rules for the options' subjects. UsageError as above.
absl::Status AddSubjects(const RuleOptions& options, absl::Time now, nlohmann::json& policy);

// Takes the subjects out of all rules of that effect, and rules away that name nobody any more. NOT_FOUND, with the
// policy unchanged, when one is in no such rule. Where the last allow rule goes from a node that did not state its
// inheritance, REPLACE is stated: unstated, it would from then on admit the parent's readers.
absl::Status RemoveSubjects(const RuleOptions& options, nlohmann::json& policy);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_RULE_EDIT_H_
