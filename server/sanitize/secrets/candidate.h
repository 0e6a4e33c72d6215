// A secret that one of the finders proposes; where proposals overlap, the better rank wins.
#ifndef USHER_SERVER_SANITIZE_SECRETS_CANDIDATE_H_
#define USHER_SERVER_SANITIZE_SECRETS_CANDIDATE_H_

#include <string_view>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

enum class Rank {
  kLooks,       // a token of no known format
  kNamed,       // a value behind a name such as password
  kContext,     // a place where only a secret stands
  kDocumented,  // a documented format
};

struct Candidate {
  Span span;
  std::string_view type;  // static
  Rank rank = Rank::kLooks;
  bool certain = false;
};

// Whether a token can start at `offset`: what precedes is no part of one, an escape such as \n or %20 notwithstanding.
bool StartsToken(std::string_view text, size_t offset);

// Whether a token can end before `offset`.
bool EndsToken(std::string_view text, size_t offset);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_CANDIDATE_H_
