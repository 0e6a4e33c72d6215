// Rules and how they hang on nodes.
//
// A node (collection, document) carries a policy. A chain of policies from the collection down is read like this:
//   allowed := false
//   for each node from the collection down:
//     a deny rule in force that names the asker          -> denied, for good
//     own := some allow rule in force names the asker
//     REPLACE: allowed := own;  RESTRICT: allowed := allowed and own;  INHERIT: allowed stays
// A collection has nothing above it, so that INHERIT and RESTRICT there allow nobody.
// Thread-safety: values; free functions.
#ifndef USHER_ACL_POLICY_H_
#define USHER_ACL_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::acl {

inline constexpr int kMaxRulesPerPolicy = 1'000;
inline constexpr int kMaxSubjectsPerPolicy = 10'000;

enum class Effect { kAllow, kDeny };
enum class Inheritance { kInherit, kRestrict, kReplace };
enum class RuleState { kInForce, kNotYet, kExpired };

struct Rule {
  Effect effect = Effect::kDeny;
  std::vector<std::string> subjects;
  absl::Time not_before = absl::InfinitePast();     // inclusive
  absl::Time expire_time = absl::InfiniteFuture();  // exclusive

  RuleState StateAt(absl::Time now) const;
  friend bool operator==(const Rule&, const Rule&) = default;
};

struct Policy {
  Inheritance inheritance = Inheritance::kInherit;
  std::vector<Rule> rules;

  friend bool operator==(const Policy&, const Policy&) = default;
};

// Checks a policy that came from outside and brings it to its one canonical form: subjects sorted and unique within a
// rule, equal rules merged, rules sorted. Without `inheritance` it is REPLACE if there is an allow rule, else INHERIT.
// Policies of equal canonical form are equal. INVALID_ARGUMENT for bad subjects, a rule without subjects, not_before at
// or after expire_time, too many rules or subjects, and allow rules under INHERIT; the message names the rule by index.
absl::StatusOr<Policy> CanonicalPolicy(std::optional<Inheritance> inheritance, std::vector<Rule> rules);

// Bytes that are equal exactly if the canonical policies are.
std::string PolicyFingerprint(const Policy& policy);

}  // namespace usher::acl

#endif  // USHER_ACL_POLICY_H_
