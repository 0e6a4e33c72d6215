// What a policy says besides rules: label, ceiling and owners. In the JSON form of usher.v1.Policy. Pure.
//
// Guarantee: no change widens access beyond what was asked for; see RemoveLimits.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_LIMIT_EDIT_H_
#define USHER_SERVER_CLI_LIMIT_EDIT_H_

#include <CLI/App.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace usher::cli {

// What the command line says about them.
struct LimitOptions {
  std::optional<uint32_t> level;
  std::vector<std::string> compartments;
  std::vector<std::string> purposes;
  std::vector<std::string> ceiling;
  std::vector<std::string> owners;
  bool no_label = false;
  bool no_ceiling = false;

  bool any() const;
  // Whether they name what only administrators may change.
  bool for_administrators() const { return !ceiling.empty() || !owners.empty() || no_ceiling; }
};

// Declares --level, for a policy to have, on `command`; `options` must outlive the parser.
void AddLevelOption(CLI::App& command, LimitOptions& options);
// Declares --compartment, --purpose, --ceiling and --owner.
void AddLimitListOptions(CLI::App& command, LimitOptions& options);
// Declares --no-label and --no-ceiling.
void AddNoLimitOptions(CLI::App& command, LimitOptions& options);

// Each of those that the options name becomes what they name; the others stay.
void SetLimits(const LimitOptions& options, nlohmann::json& policy);

// Adds what the options name to what is there; the level is replaced.
void AddLimits(const LimitOptions& options, nlohmann::json& policy);

// Takes away what the options name. NOT_FOUND when it is not there, FAILED_PRECONDITION when it is the last purpose or
// the last of the ceiling: without any, all are admitted, which takes --no-label or --no-ceiling to say.
absl::Status RemoveLimits(const LimitOptions& options, nlohmann::json& policy);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_LIMIT_EDIT_H_
