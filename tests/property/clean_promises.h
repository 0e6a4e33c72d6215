// What the sanitizer promises about every text (server/sanitize/sanitizer.h, offset_map.h, finding.h), written so that
// random tests and fuzzing ask the same.
//
// Guarantees: UTF-8 is judged by ICU, and the map byte by byte, not by the code under test. Non-guarantees: says
// nothing about whether the right things were found. Thread-safety: free functions.
#ifndef USHER_TESTS_PROPERTY_CLEAN_PROMISES_H_
#define USHER_TESTS_PROPERTY_CLEAN_PROMISES_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/sanitize/sanitizer.h"

namespace usher::tests {

// Lower case, and in no other word.
inline constexpr char kCanary[] = "quokka-7319";

// One sanitizer for each use a text is cleaned for, and one whose policy changes all that a policy can.
using Sanitizers = std::array<std::unique_ptr<const sanitize::Sanitizer>, 4>;
const Sanitizers& AllSanitizers();

bool IsUtf8(std::string_view text);

// In words, the first promise about the map and the findings that `clean` does not keep; nullopt: it keeps all.
std::optional<std::string> BrokenAccount(std::string_view source, const sanitize::CleanText& clean);

// The same for all that is promised when any bytes are cleaned: refused if ill-formed, else sound, and not to be
// cleaned further.
std::optional<std::string> BrokenPromise(const sanitize::Sanitizer& sanitizer, std::string_view source,
                                         chunking::Format format);

}  // namespace usher::tests

#endif  // USHER_TESTS_PROPERTY_CLEAN_PROMISES_H_
