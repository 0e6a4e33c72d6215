// Tokens of no documented format that still look like one: a prefix such as acme_live_ before a long random body.
#ifndef USHER_SERVER_SANITIZE_SECRETS_UNKNOWN_TOKEN_H_
#define USHER_SERVER_SANITIZE_SECRETS_UNKNOWN_TOKEN_H_

#include <cstddef>
#include <string_view>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

// The next run of at least 28 letters, digits, '_', '-' or '.' that starts at or after `from`, which must not lie
// inside one; empty at the end of the text when there is none. Skips most bytes of ordinary text.
Span NextTokenRun(std::string_view text, size_t from);

// Whether the run is a token of a vendor nobody documented here: its prefix says live, key, secret and the like, or its
// body is long and mixes cases and digits as an identifier would not.
bool LooksLikeVendorToken(std::string_view text, Span run);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_UNKNOWN_TOKEN_H_
