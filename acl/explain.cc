#include "acl/explain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

std::vector<RuleMatch> Matches(const GroupGraph& groups, const Checker& checker, std::string_view principal,
                               const Policy& policy, absl::Time now) {
  std::vector<RuleMatch> matches;
  for (const Rule& rule : policy.rules) {
    for (const std::string& subject : rule.subjects) {
      if (!checker.ComesUnder(subject)) continue;
      const std::vector<std::string_view> path = groups.MembershipPath(principal, subject);
      matches.push_back({rule.effect, subject, std::vector<std::string>(path.begin(), path.end()), rule.StateAt(now),
                         rule.not_before, rule.expire_time});
    }
  }
  std::stable_partition(matches.begin(), matches.end(), [](const RuleMatch& m) { return m.effect == Effect::kDeny; });
  return matches;
}

const RuleMatch* Find(const std::vector<RuleMatch>& matches, Effect effect, RuleState state) {
  for (const RuleMatch& match : matches) {
    if (match.effect == effect && match.state == state) return &match;
  }
  return nullptr;
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
    if (const RuleMatch* deny = Find(node.matches, Effect::kDeny, RuleState::kInForce)) {
      Refuse(absl::StrCat("a deny rule on ", node.resource, " names ", deny->subject));
    }
    if (!refused_) Inherit(node, Find(node.matches, Effect::kAllow, RuleState::kInForce));
    node.allowed_so_far = allowed();
    nodes_.push_back(std::move(node));
  }

  void ApplyMissing(std::string_view resource) {
    Refuse(absl::StrCat("the rules of ", ToAbsl(resource), " are not available"));
    nodes_.push_back({std::string(resource), Inheritance::kInherit, false, {}});
  }

  bool allowed() const { return allowed_ && !refused_; }
  const std::string& reason() const { return reason_; }
  std::vector<NodeExplanation>& nodes() { return nodes_; }

 private:
  // The first refusal is the reason; nothing below it can change the answer.
  void Refuse(std::string reason) {
    if (!refused_) reason_ = std::move(reason);
    refused_ = true;
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
  bool refused_ = false;
  std::string reason_ = "no node of the chain gives access to anybody";
  std::vector<NodeExplanation> nodes_;
};

// Names the principal only if it is valid, so that a hostile name does not reach a log this way.
std::string Summary(std::string_view principal, absl::Span<const ChainNode> chain, const Reading& reading) {
  if (!ValidatePrincipal(principal).ok()) return "the asker is not a valid principal, so that no rule can name it";
  if (chain.empty()) return absl::StrCat(ToAbsl(principal), " may not read anything: an empty chain allows nobody");
  return absl::StrCat(ToAbsl(principal), reading.allowed() ? " may read " : " may not read ",
                      ToAbsl(chain.back().resource), ": ", reading.reason());
}

}  // namespace

Explanation Explain(const GroupGraph& groups, std::string_view principal, absl::Span<const ChainNode> chain,
                    absl::Time now) {
  const Checker checker(groups, principal, now);
  Reading reading;
  for (const ChainNode& node : chain) {
    if (node.policy == nullptr) {
      reading.ApplyMissing(node.resource);
      continue;
    }
    reading.Apply({std::string(node.resource), node.policy->inheritance, false,
                   Matches(groups, checker, principal, *node.policy, now)});
  }
  Explanation explanation;
  explanation.allowed = reading.allowed();
  explanation.summary = Summary(principal, chain, reading);
  explanation.nodes = std::move(reading.nodes());
  return explanation;
}

}  // namespace usher::acl
