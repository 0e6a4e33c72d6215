#include "absl/strings/str_cat.h"
#include "server/rpc/convert.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

absl::StatusOr<absl::Time> TimeFromProto(const google::protobuf::Timestamp& time, const std::string& field) {
  // The range that protobuf itself gives timestamps: years 1 to 9999.
  constexpr int64_t kMin = -62'135'596'800;
  constexpr int64_t kMax = 253'402'300'799;
  if (time.seconds() < kMin || time.seconds() > kMax || time.nanos() < 0 || time.nanos() >= 1'000'000'000) {
    return AtField(absl::InvalidArgumentError("is not a valid timestamp"), field);
  }
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::StatusOr<acl::Rule> RuleFromProto(const v1::Rule& message, const std::string& field) {
  acl::Rule rule;
  switch (message.effect()) {
    case v1::EFFECT_ALLOW:
      rule.effect = acl::Effect::kAllow;
      break;
    case v1::EFFECT_DENY:
      rule.effect = acl::Effect::kDeny;
      break;
    default:
      return AtField(absl::InvalidArgumentError("must be EFFECT_ALLOW or EFFECT_DENY"), absl::StrCat(field, ".effect"));
  }
  rule.subjects.assign(message.subjects().begin(), message.subjects().end());
  if (message.has_not_before()) {
    auto time = TimeFromProto(message.not_before(), absl::StrCat(field, ".not_before"));
    if (!time.ok()) return time.status();
    rule.not_before = *time;
  }
  if (message.has_expire_time()) {
    auto time = TimeFromProto(message.expire_time(), absl::StrCat(field, ".expire_time"));
    if (!time.ok()) return time.status();
    rule.expire_time = *time;
  }
  return rule;
}

v1::Inheritance InheritanceToProto(acl::Inheritance inheritance) {
  switch (inheritance) {
    case acl::Inheritance::kInherit:
      return v1::INHERITANCE_INHERIT;
    case acl::Inheritance::kRestrict:
      return v1::INHERITANCE_RESTRICT;
    case acl::Inheritance::kReplace:
      return v1::INHERITANCE_REPLACE;
  }
  return v1::INHERITANCE_UNSPECIFIED;
}

v1::Effect EffectToProto(acl::Effect effect) {
  return effect == acl::Effect::kAllow ? v1::EFFECT_ALLOW : v1::EFFECT_DENY;
}

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

// Rule and RuleMatch have the same two fields.
template <typename Message>
void SetTimes(absl::Time not_before, absl::Time expire_time, Message* message) {
  if (not_before != absl::InfinitePast()) *message->mutable_not_before() = ToProto(not_before);
  if (expire_time != absl::InfiniteFuture()) *message->mutable_expire_time() = ToProto(expire_time);
}

}  // namespace

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp message;
  const int64_t seconds = absl::ToUnixSeconds(time);
  message.set_seconds(seconds);
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return message;
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration message;
  absl::Duration rest;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return message;
}

absl::StatusOr<acl::Policy> FromProto(const v1::Policy& policy) {
  std::optional<acl::Inheritance> inheritance;
  switch (policy.inheritance()) {
    case v1::INHERITANCE_UNSPECIFIED:
      break;
    case v1::INHERITANCE_INHERIT:
      inheritance = acl::Inheritance::kInherit;
      break;
    case v1::INHERITANCE_RESTRICT:
      inheritance = acl::Inheritance::kRestrict;
      break;
    case v1::INHERITANCE_REPLACE:
      inheritance = acl::Inheritance::kReplace;
      break;
    default:
      return AtField(absl::InvalidArgumentError("is not a known kind of inheritance"), "policy.inheritance");
  }
  std::vector<acl::Rule> rules;
  for (int i = 0; i < policy.rules_size(); ++i) {
    auto rule = RuleFromProto(policy.rules(i), absl::StrCat("policy.rules[", i, "]"));
    if (!rule.ok()) return rule.status();
    rules.push_back(*std::move(rule));
  }
  auto canonical = acl::CanonicalPolicy(inheritance, std::move(rules));
  if (!canonical.ok()) return AtField(canonical.status(), "policy");
  return canonical;
}

v1::Policy ToProto(const acl::Policy& policy) {
  v1::Policy message;
  message.set_inheritance(InheritanceToProto(policy.inheritance));
  for (const acl::Rule& rule : policy.rules) {
    v1::Rule* out = message.add_rules();
    out->set_effect(EffectToProto(rule.effect));
    for (const std::string& subject : rule.subjects) out->add_subjects(subject);
    SetTimes(rule.not_before, rule.expire_time, out);
  }
  return message;
}

v1::ExplainResponse ToProto(const acl::Explanation& explanation) {
  v1::ExplainResponse message;
  message.set_allowed(explanation.allowed);
  message.set_summary(explanation.summary);
  for (const acl::NodeExplanation& node : explanation.nodes) {
    v1::NodeExplanation* out = message.add_nodes();
    out->set_resource(node.resource);
    out->set_inheritance(InheritanceToProto(node.inheritance));
    out->set_allowed_so_far(node.allowed_so_far);
    for (const acl::RuleMatch& match : node.matches) {
      v1::RuleMatch* rule = out->add_matches();
      rule->set_effect(EffectToProto(match.effect));
      rule->set_subject(match.subject);
      for (const std::string& step : match.membership_path) rule->add_membership_path(step);
      rule->set_state(StateToProto(match.state));
      SetTimes(match.not_before, match.expire_time, rule);
    }
  }
  return message;
}

}  // namespace usher::rpc
