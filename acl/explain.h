// Why may, or may not, a principal read a node: the same reading of the rules as in check.h, written down.
//
// Meant for those who manage the node; it names groups and rules.
// Thread-safety: free function; the graph must not change meanwhile.
#ifndef USHER_ACL_EXPLAIN_H_
#define USHER_ACL_EXPLAIN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/group_graph.h"
#include "acl/policy.h"

namespace usher::acl {

struct RuleMatch {
  Effect effect;
  std::string subject;
  std::vector<std::string> membership_path;  // principal first, subject last
  RuleState state;
  absl::Time not_before;
  absl::Time expire_time;
};

struct NodeExplanation {
  std::string resource;
  Inheritance inheritance;
  bool allowed_so_far;             // after this node; false for good once a deny matched
  std::vector<RuleMatch> matches;  // rules that name the principal or a group of its, in force or not; denies first
};

struct Explanation {
  bool allowed = false;
  std::string summary;  // one line for a person
  std::vector<NodeExplanation> nodes;
};

// A node of the chain: how people call it, and its canonical policy. Without a policy (null) it denies.
struct ChainNode {
  std::string_view resource;
  const Policy* policy;
};

// `chain`: from the collection down to the node. `allowed` always equals Checker::MayRead on the same chain.
Explanation Explain(const GroupGraph& groups, std::string_view principal, absl::Span<const ChainNode> chain,
                    absl::Time now);

}  // namespace usher::acl

#endif  // USHER_ACL_EXPLAIN_H_
