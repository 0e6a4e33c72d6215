// Tokens that clients hold and give back: revisions and places in a listing.
//
// Guarantees: opaque; bound by a MAC to this store, to their purpose and, for pages, to the caller and the listing, so
// that a token made up, altered, or taken from elsewhere is refused. Non-guarantees: a token is not secret and does not
// expire. Thread-safety: immutable.
#ifndef USHER_SERVER_AUTH_TOKEN_H_
#define USHER_SERVER_AUTH_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "acl/ids.h"

namespace usher::auth {

class TokenMint {
 public:
  // `key`: the store's 32 secret bytes.
  explicit TokenMint(std::string key) : key_(std::move(key)) {}

  std::string RevisionToken(acl::Revision revision) const;
  // INVALID_ARGUMENT unless this store made it.
  absl::StatusOr<acl::Revision> ParseRevisionToken(std::string_view token) const;

  // `scope` names tenant, caller and listing; `position` is where to go on. An empty token is the start.
  std::string PageToken(std::string_view scope, std::string_view position) const;
  absl::StatusOr<std::string> ParsePageToken(std::string_view scope, std::string_view token) const;

 private:
  // Turns text into noise and back.
  std::string Crypt(std::string_view nonce, std::string_view text) const;
  std::string Nonce(std::string_view purpose, std::string_view payload) const;
  std::string Seal(std::string_view purpose, std::string_view payload) const;
  absl::StatusOr<std::string> Open(std::string_view purpose, std::string_view token) const;

  std::string key_;
};

}  // namespace usher::auth

#endif  // USHER_SERVER_AUTH_TOKEN_H_
