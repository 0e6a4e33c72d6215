// Shows the policy of a node to people.
#ifndef USHER_SERVER_CLI_POLICY_VIEW_H_
#define USHER_SERVER_CLI_POLICY_VIEW_H_

#include <nlohmann/json.hpp>
#include <string>

#include "server/cli/output.h"

namespace usher::cli {

// Prints a usher.v1.Policy: its inheritance, its rules as a table, then label, ceiling and owners where there are any.
// `source` is the sync source that wrote it, or empty.
void PrintPolicy(const std::string& resource, const nlohmann::json& policy, const std::string& source, Output& out);

// Warns of the `unknown_subjects` of a usher.v1.SetPoliciesResponse on standard error.
void WarnOfUnknownSubjects(const nlohmann::json& answer, Output& out);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_POLICY_VIEW_H_
