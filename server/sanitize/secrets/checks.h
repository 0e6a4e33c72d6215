// The checks that a format's documentation allows beyond its pattern: checksums and encoded structure.
//
// Pure functions over the matched text, linear in it. Thread-safe.
#ifndef USHER_SERVER_SANITIZE_SECRETS_CHECKS_H_
#define USHER_SERVER_SANITIZE_SECRETS_CHECKS_H_

#include <string_view>

#include "server/sanitize/secrets/secret_formats.h"

namespace usher::sanitize {

enum class CheckResult {
  kFails,      // not a secret of this format, nor of any
  kDamaged,    // has the shape, but its checksum is wrong: mistyped, cut or made up
  kPlausible,  // judged by its looks
  kConfirmed,  // prefix and length, or structure, or checksum leave little doubt
};

// `secret` is what would be hidden, `body` the part of it that differs from secret to secret.
CheckResult RunCheck(Check check, std::string_view secret, std::string_view body);

// Whether `text` is base64 (either alphabet) of a JSON object, or of the start of one, that has the member `member`;
// an empty `member` asks for printable ASCII throughout instead.
bool IsBase64Json(std::string_view text, std::string_view member);

// Whether `text` is base64 of printable user:password.
bool IsBasicCredentials(std::string_view text);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_CHECKS_H_
