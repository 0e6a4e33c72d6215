// One line about what the sanitiser saw, as the server's answers tell it.
//
// Thread-safety: pure function.
#ifndef USHER_SERVER_CLI_FINDING_TEXT_H_
#define USHER_SERVER_CLI_FINDING_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace usher::cli {

// `finding` is a usher.v1.Finding. The line repeats words of the text, so print it as untrusted.
std::string FindingText(const nlohmann::json& finding);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_FINDING_TEXT_H_
