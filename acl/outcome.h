// What a policy, or a chain of them, makes of one asker's way down to a chunk.
//
// Policies act on (denied, granted, allowed) as told in policy.h; seen by one asker at one instant each of them is one
// of five functions, which compose. So a chain can be cut anywhere: the part above and the part below are judged apart.
// Thread-safety: free functions.
#ifndef USHER_ACL_OUTCOME_H_
#define USHER_ACL_OUTCOME_H_

#include <algorithm>
#include <cstdint>

namespace usher::acl {

enum class Outcome : uint8_t {
  kPass,     // as whatever is above says
  kNever,    // not readable, unless granted above or below
  kAlways,   // readable, unless blocked above or below
  kGranted,  // readable, unless blocked, whatever is below (break-glass)
  kBlocked,  // not readable for good (deny, label or ceiling)
};

// Of `above` followed by `below`.
constexpr Outcome Then(Outcome above, Outcome below) {
  const Outcome stronger = std::max(above, below);
  if (stronger >= Outcome::kGranted) return stronger;
  return below == Outcome::kPass ? above : below;
}

// Of a whole chain; one that says kPass all the way down allows nobody.
constexpr bool IsReadable(Outcome outcome) { return outcome == Outcome::kAlways || outcome == Outcome::kGranted; }

}  // namespace usher::acl

#endif  // USHER_ACL_OUTCOME_H_
