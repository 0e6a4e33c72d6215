// Judges an assignment: a telling name, something that joins it to a value, and a value that could be a secret.
#ifndef USHER_SERVER_SANITIZE_SECRETS_NAMED_SECRET_H_
#define USHER_SERVER_SANITIZE_SECRETS_NAMED_SECRET_H_

#include <optional>
#include <string_view>

#include "server/sanitize/secrets/candidate.h"
#include "server/sanitize/secrets/format_set.h"

namespace usher::sanitize {

// The secret that `name` announces. `formats` tells which service's it is.
std::optional<Candidate> FindNamedSecret(std::string_view text, Span name, const FormatSet& formats);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_NAMED_SECRET_H_
