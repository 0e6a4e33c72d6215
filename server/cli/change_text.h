// Puts changes of access into words.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_CLI_CHANGE_TEXT_H_
#define USHER_SERVER_CLI_CHANGE_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace usher::cli {

// A usher.v1.AccessChange in one line of untrusted text, e.g. `user:ann is in group:eng now`.
std::string ChangeText(const nlohmann::json& change);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_CHANGE_TEXT_H_
