#include <re2/re2.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/names.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> ToVector(const Names& names) { return {names.begin(), names.end()}; }

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
  rule.subjects = ToVector(message.subjects());
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

absl::StatusOr<std::optional<acl::Inheritance>> InheritanceFromProto(v1::Inheritance inheritance,
                                                                     const std::string& field) {
  switch (inheritance) {
    case v1::INHERITANCE_UNSPECIFIED:
      return std::nullopt;
    case v1::INHERITANCE_INHERIT:
      return acl::Inheritance::kInherit;
    case v1::INHERITANCE_RESTRICT:
      return acl::Inheritance::kRestrict;
    case v1::INHERITANCE_REPLACE:
      return acl::Inheritance::kReplace;
    default:
      return AtField(absl::InvalidArgumentError("is not a known kind of inheritance"), field);
  }
}

// Before anything is copied: a message can name far more subjects than a policy may.
absl::Status CheckSubjectCount(const v1::Policy& policy, const std::string& field) {
  int64_t count = int64_t{policy.ceiling_size()} + policy.owners_size();
  for (const v1::Rule& rule : policy.rules()) count += rule.subjects_size();
  if (count <= acl::kMaxSubjectsPerPolicy) return absl::OkStatus();
  return AtField(
      absl::InvalidArgumentError(absl::StrCat("names ", count, " subjects; at most ", acl::kMaxSubjectsPerPolicy,
                                              " are allowed: put them into a group")),
      field);
}

// One step of the path that begins an objection to a policy, such as "rules[2]: subjects[0]: ...", as a field of the
// wire; nullopt where no step follows. `places`: which of the message's rules each rule of the draft was.
std::optional<std::string> TakeStep(const std::vector<int>& places, std::string_view& objection) {
  static const LazyRE2 kStep = {R"((rules|subjects|ceiling|owners|compartments|purposes)(?:\[(\d+)\])?: )"};
  re2::StringPiece rest(objection.data(), objection.size());
  std::string name, number;
  if (!RE2::Consume(&rest, *kStep, &name, &number)) return std::nullopt;
  objection = {rest.data(), rest.size()};
  size_t place = 0;
  if (name == "rules" && absl::SimpleAtoi(number, &place) && place < places.size()) {
    number = absl::StrCat(places[place]);
  }
  const char* above = name == "compartments" || name == "purposes" ? ".label." : ".";
  return absl::StrCat(above, name, number.empty() ? "" : absl::StrCat("[", number, "]"));
}

// The objection of acl::CanonicalPolicy, at the part of the policy that it speaks of.
absl::Status AtPart(const absl::Status& status, const std::string& field, const std::vector<int>& places) {
  std::string_view objection(status.message().data(), status.message().size());
  std::string part;
  while (const auto step = TakeStep(places, objection)) part += *step;
  if (part.empty() && absl::StartsWith(status.message(), "label.level")) part = ".label.level";
  return AtField(absl::Status(status.code(), acl::ToAbsl(objection)), field + part);
}

void SetTimes(const acl::Rule& rule, v1::Rule* message) {
  if (rule.not_before != absl::InfinitePast()) *message->mutable_not_before() = ToProto(rule.not_before);
  if (rule.expire_time != absl::InfiniteFuture()) *message->mutable_expire_time() = ToProto(rule.expire_time);
}

}  // namespace

absl::StatusOr<std::string> PurposeFromProto(const std::string& purpose, const std::string& field) {
  if (purpose.empty()) return purpose;
  const auto checked = acl::CanonicalLabelWords("purpose", {purpose}, 1);
  if (!checked.ok()) return AtField(checked.status(), field);
  return purpose;
}

absl::StatusOr<acl::Policy> PolicyFromProto(const v1::Policy& policy, const std::string& field) {
  if (absl::Status status = CheckSubjectCount(policy, field); !status.ok()) return status;
  acl::PolicyDraft draft;
  auto inheritance = InheritanceFromProto(policy.inheritance(), absl::StrCat(field, ".inheritance"));
  if (!inheritance.ok()) return inheritance.status();
  draft.inheritance = *inheritance;
  std::vector<int> places;
  for (int i = 0; i < policy.rules_size(); ++i) {
    if (policy.rules(i).effect() == v1::EFFECT_BREAK_GLASS) continue;
    auto rule = RuleFromProto(policy.rules(i), absl::StrCat(field, ".rules[", i, "]"));
    if (!rule.ok()) return rule.status();
    draft.rules.push_back(*std::move(rule));
    places.push_back(i);
  }
  draft.label = {policy.label().level(), ToVector(policy.label().compartments()), ToVector(policy.label().purposes())};
  draft.ceiling = ToVector(policy.ceiling());
  draft.owners = ToVector(policy.owners());
  auto canonical = acl::CanonicalPolicy(std::move(draft));
  if (!canonical.ok()) return AtPart(canonical.status(), field, places);
  return canonical;
}

v1::Inheritance ToProto(acl::Inheritance inheritance) {
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

v1::Effect ToProto(acl::Effect effect) {
  switch (effect) {
    case acl::Effect::kAllow:
      return v1::EFFECT_ALLOW;
    case acl::Effect::kDeny:
      return v1::EFFECT_DENY;
    case acl::Effect::kBreakGlass:
      return v1::EFFECT_BREAK_GLASS;
  }
  return v1::EFFECT_UNSPECIFIED;
}

v1::Label ToProto(const acl::Label& label) {
  v1::Label message;
  message.set_level(label.level);
  message.mutable_compartments()->Assign(label.compartments.begin(), label.compartments.end());
  message.mutable_purposes()->Assign(label.purposes.begin(), label.purposes.end());
  return message;
}

v1::Policy ToProto(const acl::Policy& policy) {
  v1::Policy message;
  message.set_inheritance(ToProto(policy.inheritance));
  for (const acl::Rule& rule : policy.rules) {
    v1::Rule* out = message.add_rules();
    out->set_effect(ToProto(rule.effect));
    out->mutable_subjects()->Assign(rule.subjects.begin(), rule.subjects.end());
    SetTimes(rule, out);
  }
  if (!policy.label.empty()) *message.mutable_label() = ToProto(policy.label);
  message.mutable_ceiling()->Assign(policy.ceiling.begin(), policy.ceiling.end());
  message.mutable_owners()->Assign(policy.owners.begin(), policy.owners.end());
  return message;
}

}  // namespace usher::rpc
