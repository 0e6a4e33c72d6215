// JSON as the adapters share it. Internal to the adapters.
//
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_JSON_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_JSON_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"

namespace usher::sanitize::external {

using Json = nlohmann::json;

// Discarded (is_discarded) when `body` is no JSON. What is nested too deep for any known answer is left out, so that a
// hostile answer costs little more memory than its length.
Json ParseAnswer(const std::string& body);

// The member `name` of an object; null for anything else.
const Json& Member(const Json& value, const char* name);

// `value` as text to send; ill-formed UTF-8 is replaced.
std::string Written(const Json& value);

// One message of a user that consists of `text`: external texts never speak for the system.
Json UserMessages(const std::string& text);

absl::Status WrongAnswer(const char* what);

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_ADAPTER_JSON_H_
