// Rules and how they hang on nodes.
//
// A node (collection, folder, document, chunk) carries a policy. A chain of policies from the collection down is read
// like this:
//   allowed := false; granted := false
//   for each node from the collection down:
//     a deny rule in force names the asker               -> denied, for good
//     the node's label asks for more than the asker has  -> denied, for good
//     the node has a ceiling and it does not name the asker -> denied, for good
//     own := some allow rule in force names the asker
//     REPLACE: allowed := own;  RESTRICT: allowed := allowed and own;  INHERIT: allowed stays
//     granted := granted or some break-glass rule in force names the asker
//   readable = allowed or granted
// A collection has nothing above it, so that INHERIT and RESTRICT there allow nobody. Owners manage a node and what is
// below it; owning gives no right to read.
// Thread-safety: values; free functions.
#ifndef USHER_ACL_POLICY_H_
#define USHER_ACL_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace usher::acl {

inline constexpr int kMaxRulesPerPolicy = 1'000;
inline constexpr int kMaxSubjectsPerPolicy = 10'000;
inline constexpr uint32_t kMaxLevel = 255;
inline constexpr int kMaxCompartments = 64;
inline constexpr int kMaxPurposes = 64;

// kBreakGlass is an allow that no inheritance below takes back; denies, labels and ceilings still hold.
enum class Effect { kAllow, kDeny, kBreakGlass };
enum class Inheritance { kInherit, kRestrict, kReplace };
enum class RuleState { kInForce, kNotYet, kExpired };

struct Rule {
  Effect effect = Effect::kDeny;
  std::vector<std::string> subjects = {};
  absl::Time not_before = absl::InfinitePast();     // inclusive
  absl::Time expire_time = absl::InfiniteFuture();  // exclusive

  RuleState StateAt(absl::Time now) const;
  friend bool operator==(const Rule&, const Rule&) = default;
};

// What reading takes besides a rule. A label only ever narrows.
struct Label {
  uint32_t level = 0;                          // the asker's clearance must reach it
  std::vector<std::string> compartments = {};  // the asker must be in all of them; sorted, unique
  std::vector<std::string> purposes = {};      // the purpose asked for must be one of them; none: any; sorted, unique

  bool empty() const { return level == 0 && compartments.empty() && purposes.empty(); }
  friend bool operator==(const Label&, const Label&) = default;
};

struct Policy;

// What reading a node takes over the whole chain of policies from the collection down to it: the highest level, all
// compartments, and the purposes that every node with purposes allows. `chain` holds no null, and somebody may read the
// node: where nodes allow no common purpose the result says any instead of none.
Label LabelOfChain(absl::Span<const Policy* const> chain);

struct Policy {
  Inheritance inheritance = Inheritance::kInherit;
  std::vector<Rule> rules = {};
  Label label = {};
  // Subjects beyond whom nobody reads, whatever rules here and below say; none: no limit.
  std::vector<std::string> ceiling = {};
  // Subjects who manage the node.
  std::vector<std::string> owners = {};

  // Whether it says nothing: the node is as if it had no policy.
  bool empty() const { return *this == Policy(); }
  friend bool operator==(const Policy&, const Policy&) = default;
};

// A policy as somebody wrote it.
struct PolicyDraft {
  std::optional<Inheritance> inheritance = std::nullopt;
  std::vector<Rule> rules = {};
  Label label = {};
  std::vector<std::string> ceiling = {};
  std::vector<std::string> owners = {};
};

// Checks a policy that came from outside and brings it to its one canonical form: names sorted and unique, equal rules
// merged, rules sorted. Without `inheritance` it is REPLACE if there is an allow rule, else INHERIT. Policies of equal
// canonical form are equal. INVALID_ARGUMENT for bad subjects, a rule without subjects, not_before at or after
// expire_time, too many rules or subjects (over rules, ceiling and owners together), a level, compartment or purpose
// out of bounds, and allow rules under INHERIT; the message names the rule by index.
absl::StatusOr<Policy> CanonicalPolicy(PolicyDraft draft);
absl::StatusOr<Policy> CanonicalPolicy(std::optional<Inheritance> inheritance, std::vector<Rule> rules);

// INVALID_ARGUMENT naming the first rule of a canonical policy that is over at `now`; such a rule is most likely a
// mistake. Rules that `known` has as well are left alone.
absl::Status CheckNotExpired(const Policy& policy, const Policy& known, absl::Time now);

// Bytes that are equal exactly if the canonical policies let the same askers read: all of it but the owners.
std::string PolicyFingerprint(const Policy& policy);

}  // namespace usher::acl

#endif  // USHER_ACL_POLICY_H_
