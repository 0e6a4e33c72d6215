// Passwords in the authority of a URL: scheme://user:PASSWORD@host.
#ifndef USHER_SERVER_SANITIZE_SECRETS_URL_PASSWORD_H_
#define USHER_SERVER_SANITIZE_SECRETS_URL_PASSWORD_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "server/sanitize/secrets/candidate.h"

namespace usher::sanitize {

// Adds the password, or the token that stands alone before the host, of the URL whose "://" is at `offset`. Passwords
// that should have been percent-encoded are found too. Looks at 512 bytes at most.
void FindUrlPassword(std::string_view text, size_t offset, std::vector<Candidate>& found);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_URL_PASSWORD_H_
