// The documented formats of secrets, as data: what a member looks like, how it is checked, where that is documented.
//
// A pattern is RE2 syntax for a whole member. Where it has a group, the group is the secret and the rest its context; a
// pattern that starts with (?i) matches in any case, its anchors too. Every member holds one of the anchors, `lead_min`
// to `lead_max` bytes after its start; a format without anchors starts where a long run of token characters does.
// Formats come in the order of preference, where two match the same bytes. Thread-safety: constant data.
#ifndef USHER_SERVER_SANITIZE_SECRETS_SECRET_FORMATS_H_
#define USHER_SERVER_SANITIZE_SECRETS_SECRET_FORMATS_H_

#include <cstddef>
#include <string_view>

#include "absl/types/span.h"

namespace usher::sanitize {

enum class Check {
  kNone,          // prefix, alphabet and length say enough
  kRandom,        // what follows the anchor, or the group, looks random
  kPassword,      // the group could be a password
  kCrc32Base62,   // the last six characters are the checksum of the body between them and the first underscore
  kJwt,           // the first part is a JSON object with "alg"
  kBasicAuth,     // base64 of user:password
  kBech32,        // BIP 173 checksum
  kBase64Digits,  // the part before the first dot is base64 of a number
  kBase64Json,    // what follows the first underscore is base64 of the start of a JSON object
};

inline constexpr char kAnchorSeparator = '|';

struct SecretFormat {
  std::string_view type;     // stable id
  std::string_view anchors;  // literals of at least 3 bytes, separated by kAnchorSeparator
  std::string_view pattern;
  Check check;
  std::string_view source;
  size_t lead_min = 0;
  size_t lead_max = 0;
};

// Tokens that are known by their own shape.
absl::Span<const SecretFormat> TokenFormats();

// Secrets that are known by what stands around them: headers, command lines, connection strings, files with a syntax.
absl::Span<const SecretFormat> ContextFormats();

// The format of a value whose key names the service: the key, in lower case without separators, holds `key`.
struct KeyedFormat {
  std::string_view type;
  std::string_view key;
  std::string_view pattern;
  std::string_view source;
};
absl::Span<const KeyedFormat> KeyedFormats();

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_SECRET_FORMATS_H_
