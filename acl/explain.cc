#include "acl/explain.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

std::vector<std::string> Path(const GroupGraph& groups, const Asker& asker, std::string_view subject) {
  const std::vector<std::string_view> path = groups.MembershipPath(asker, subject);
  return {path.begin(), path.end()};
}

bool Refuses(Effect effect) { return effect != Effect::kAllow && effect != Effect::kBreakGlass; }

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What of the label the asker does not meet, in one line.
std::string LabelObjection(const Clearance& clearance, std::string_view purpose, const Label& label) {
  std::vector<std::string> objections;
  if (clearance.level < label.level) {
    objections.push_back(absl::StrCat("clearance ", clearance.level, " is below level ", label.level));
  }
  std::vector<std::string> lacking;
  std::copy_if(label.compartments.begin(), label.compartments.end(), std::back_inserter(lacking),
               [&](const std::string& compartment) { return !Contains(clearance.compartments, compartment); });
  if (!lacking.empty()) {
    objections.push_back(
        absl::StrCat("lacks compartment", lacking.size() > 1 ? "s " : " ", absl::StrJoin(lacking, ", ")));
  }
  const bool stated = !purpose.empty() && Contains(label.purposes, purpose);
  if (!label.purposes.empty() && !stated) {
    objections.push_back(absl::StrCat("purpose must be one of ", absl::StrJoin(label.purposes, ", ")));
  }
  return absl::StrJoin(objections, "; ");
}

// Looks at single nodes, each by itself.
class Observer {
 public:
  Observer(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker, absl::Time now)
      : groups_(groups),
        clearance_(clearances.Of(asker.principal)),
        asker_(asker),
        now_(now),
        checker_(groups, clearances, asker, now) {}

  NodeExplanation Describe(std::string_view resource, const Policy& policy) const {
    NodeExplanation node{std::string(resource), policy.inheritance};
    node.matches = Matches(policy);
    node.label = policy.label;
    node.label_objection = LabelObjection(clearance_, asker_.purpose, policy.label);
    const auto holds = std::find_if(policy.ceiling.begin(), policy.ceiling.end(),
                                    [this](const std::string& subject) { return checker_.ComesUnder(subject); });
    node.ceiling_blocks = !policy.ceiling.empty() && holds == policy.ceiling.end();
    if (holds != policy.ceiling.end()) node.ceiling_path = Path(groups_, asker_, *holds);
    return node;
  }

 private:
  std::vector<RuleMatch> Matches(const Policy& policy) const {
    std::vector<RuleMatch> matches;
    for (const Rule& rule : policy.rules) {
      for (const std::string& subject : rule.subjects) {
        if (!checker_.ComesUnder(subject)) continue;
        matches.push_back({rule.effect, subject, Path(groups_, asker_, subject), rule.StateAt(now_), rule.not_before,
                           rule.expire_time});
      }
    }
    const auto rest =
        std::stable_partition(matches.begin(), matches.end(), [](const RuleMatch& m) { return Refuses(m.effect); });
    std::stable_partition(rest, matches.end(), [](const RuleMatch& m) { return m.effect == Effect::kAllow; });
    return matches;
  }

  const GroupGraph& groups_;
  const Clearance& clearance_;
  const Asker& asker_;
  const absl::Time now_;
  const Checker checker_;
};

const RuleMatch* Find(const std::vector<RuleMatch>& matches, Effect effect, RuleState state) {
  const auto found = std::find_if(matches.begin(), matches.end(), [&](const RuleMatch& match) {
    return match.effect == effect && match.state == state;
  });
  return found == matches.end() ? nullptr : &*found;
}

const RuleMatch* FindRefusal(const std::vector<RuleMatch>& matches) {
  const auto found = std::find_if(matches.begin(), matches.end(), [](const RuleMatch& match) {
    return Refuses(match.effect) && match.state == RuleState::kInForce;
  });
  return found == matches.end() ? nullptr : &*found;
}

// Why the node refuses for good; empty if it does not.
std::string Refusal(const NodeExplanation& node) {
  if (const RuleMatch* deny = FindRefusal(node.matches)) {
    return absl::StrCat("a deny rule on ", node.resource, " names ", deny->subject);
  }
  if (!node.label_objection.empty()) {
    return absl::StrCat("the label of ", node.resource, " asks for more: ", node.label_objection);
  }
  return node.ceiling_blocks ? absl::StrCat("the ceiling of ", node.resource, " does not name it") : "";
}

std::string NoAllow(const NodeExplanation& node) {
  std::string reason = absl::StrCat("no allow rule in force on ", node.resource, " names it");
  if (const RuleMatch* late = Find(node.matches, Effect::kAllow, RuleState::kExpired)) {
    absl::StrAppend(&reason, "; the one for ", late->subject, " expired at ",
                    absl::FormatTime(late->expire_time, absl::UTCTimeZone()));
  } else if (const RuleMatch* early = Find(node.matches, Effect::kAllow, RuleState::kNotYet)) {
    absl::StrAppend(&reason, "; the one for ", early->subject, " begins at ",
                    absl::FormatTime(early->not_before, absl::UTCTimeZone()));
  }
  return reason;
}

// Reads a chain node by node, keeping the answer so far and what decided it.
class Reading {
 public:
  void Apply(NodeExplanation node) {
    if (std::string refusal = Refusal(node); !refusal.empty()) Refuse(std::move(refusal));
    Inherit(node, Find(node.matches, Effect::kAllow, RuleState::kInForce));
    Grant(node, Find(node.matches, Effect::kBreakGlass, RuleState::kInForce));
    node.allowed_so_far = allowed();
    nodes_.push_back(std::move(node));
  }

  void ApplyMissing(std::string_view resource) {
    Refuse(absl::StrCat("the rules of ", ToAbsl(resource), " are not available"));
    nodes_.push_back({std::string(resource), Inheritance::kInherit});
  }

  // The first refusal is the reason; nothing below it can change the answer.
  void Refuse(std::string reason) {
    if (refusal_.empty()) refusal_ = std::move(reason);
  }

  bool allowed() const { return refusal_.empty() && (allowed_ || !grant_.empty()); }
  std::string_view reason() const {
    if (!refusal_.empty()) return refusal_;
    return allowed_ || grant_.empty() ? reason_ : grant_;
  }
  std::vector<NodeExplanation>& nodes() { return nodes_; }

 private:
  // The grant nearest to the node is the one to name.
  void Grant(const NodeExplanation& node, const RuleMatch* own) {
    if (own != nullptr) grant_ = absl::StrCat("a break-glass rule on ", node.resource, " names ", own->subject);
  }

  void Inherit(const NodeExplanation& node, const RuleMatch* own) {
    if (node.inheritance == Inheritance::kInherit) return;
    const bool needs_parent = node.inheritance == Inheritance::kRestrict;
    if (needs_parent && !allowed_) {
      if (nodes_.empty()) reason_ = absl::StrCat(node.resource, " restricts, but has nothing above it to restrict");
      return;
    }
    allowed_ = own != nullptr;
    reason_ = own == nullptr ? NoAllow(node)
                             : absl::StrCat("an allow rule on ", node.resource, " names ", own->subject,
                                            needs_parent ? absl::StrCat(", and ", reason_) : "");
  }

  bool allowed_ = false;
  std::string refusal_;  // empty: not refused
  std::string grant_;    // empty: no break-glass rule in force
  std::string reason_ = "no node of the chain gives access to anybody";
  std::vector<NodeExplanation> nodes_;
};

// Names the principal only if it is valid, so that a hostile name does not reach a log this way.
std::string Summary(std::string_view principal, absl::Span<const ChainNode> chain, const Reading& reading) {
  if (!ValidatePrincipal(principal).ok()) return "the asker is not a valid principal, so that no rule can name it";
  if (chain.empty()) return absl::StrCat(ToAbsl(principal), " may not read anything: an empty chain allows nobody");
  return absl::StrCat(ToAbsl(principal), reading.allowed() ? " may read " : " may not read ",
                      ToAbsl(chain.back().resource), ": ", ToAbsl(reading.reason()));
}

}  // namespace

Explanation Explain(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker,
                    absl::Span<const ChainNode> chain, absl::Time now, absl::Time open_until,
                    std::string_view closed_reason) {
  const Observer observer(groups, clearances, asker, now);
  Reading reading;
  if (now >= open_until) reading.Refuse(absl::StrCat("nobody may read here now: ", ToAbsl(closed_reason)));
  for (const ChainNode& node : chain) {
    if (node.policy == nullptr) {
      reading.ApplyMissing(node.resource);
    } else {
      reading.Apply(observer.Describe(node.resource, *node.policy));
    }
  }
  Explanation explanation;
  explanation.allowed = reading.allowed();
  explanation.summary = Summary(asker.principal, chain, reading);
  explanation.nodes = std::move(reading.nodes());
  return explanation;
}

}  // namespace usher::acl
