// Why may, or may not, somebody read a node: the same reading of the rules as in check.h, written down.
//
// Meant for those who manage the node; it names groups, rules, clearances and labels.
// Thread-safety: free functions; the graph and the clearances must not change meanwhile.
#ifndef USHER_ACL_EXPLAIN_H_
#define USHER_ACL_EXPLAIN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/asker.h"
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
  bool allowed_so_far = false;  // after this node; false for good once a deny, label or ceiling refused
  // Rules that name the asker or a group of its, in force or not; denies first, break-glass last.
  std::vector<RuleMatch> matches = {};
  Label label = {};
  std::string label_objection = {};            // what the asker lacks for the label; empty if it holds
  bool ceiling_blocks = false;                 // there is a ceiling and it does not name the asker
  std::vector<std::string> ceiling_path = {};  // how a ceiling that holds names the asker; as membership_path
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

// `chain`: from the collection down to the node. `closed_reason`: why nobody reads from `open_until` on, e.g. "the last
// sync of okta is too old"; shown only then. `allowed` always equals Checker::MayRead on the same chain.
Explanation Explain(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker,
                    absl::Span<const ChainNode> chain, absl::Time now, absl::Time open_until,
                    std::string_view closed_reason);

}  // namespace usher::acl

#endif  // USHER_ACL_EXPLAIN_H_
