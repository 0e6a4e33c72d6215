#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"

namespace usher::rpc {
namespace {

v1::RuleState StateToProto(acl::RuleState state) {
  switch (state) {
    case acl::RuleState::kInForce:
      return v1::RULE_STATE_IN_FORCE;
    case acl::RuleState::kNotYet:
      return v1::RULE_STATE_NOT_YET;
    case acl::RuleState::kExpired:
      return v1::RULE_STATE_EXPIRED;
  }
  return v1::RULE_STATE_UNSPECIFIED;
}

v1::RuleMatch MatchToProto(const acl::RuleMatch& match) {
  v1::RuleMatch message;
  message.set_effect(ToProto(match.effect));
  message.set_subject(match.subject);
  message.mutable_membership_path()->Assign(match.membership_path.begin(), match.membership_path.end());
  message.set_state(StateToProto(match.state));
  if (match.not_before != absl::InfinitePast()) *message.mutable_not_before() = ToProto(match.not_before);
  if (match.expire_time != absl::InfiniteFuture()) *message.mutable_expire_time() = ToProto(match.expire_time);
  return message;
}

}  // namespace

void FillExplanation(const acl::Explanation& explanation, v1::ExplainResponse* response) {
  response->set_allowed(explanation.allowed);
  response->set_summary(explanation.summary);
  for (const acl::NodeExplanation& node : explanation.nodes) {
    v1::NodeExplanation* out = response->add_nodes();
    out->set_resource(node.resource);
    out->set_inheritance(ToProto(node.inheritance));
    out->set_allowed_so_far(node.allowed_so_far);
    for (const acl::RuleMatch& match : node.matches) *out->add_matches() = MatchToProto(match);
    if (!node.label.empty()) *out->mutable_label() = ToProto(node.label);
    out->set_label_objection(node.label_objection);
    out->set_ceiling_blocks(node.ceiling_blocks);
    out->mutable_ceiling_path()->Assign(node.ceiling_path.begin(), node.ceiling_path.end());
  }
}

v1::SyncAge ToProto(const corpus::SyncAge& age) {
  v1::SyncAge message;
  message.set_source(age.source);
  if (age.last_commit) *message.mutable_last_commit_time() = ToProto(*age.last_commit);
  message.set_stale(age.stale);
  message.set_denies(age.denies);
  return message;
}

}  // namespace usher::rpc
