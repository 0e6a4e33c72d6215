#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/storage/flatbuffer_parts.h"

namespace usher::storage {
namespace {

constexpr int64_t kPast = std::numeric_limits<int64_t>::min();
constexpr int64_t kFuture = std::numeric_limits<int64_t>::max();

fb::Effect EncodeEffect(acl::Effect effect) {
  switch (effect) {
    case acl::Effect::kAllow:
      return fb::Effect::Allow;
    case acl::Effect::kBreakGlass:
      return fb::Effect::BreakGlass;
    case acl::Effect::kDeny:
      return fb::Effect::Deny;
  }
  return fb::Effect::Unknown;
}

absl::StatusOr<acl::Effect> DecodeEffect(fb::Effect effect) {
  switch (effect) {
    case fb::Effect::Allow:
      return acl::Effect::kAllow;
    case fb::Effect::Deny:
      return acl::Effect::kDeny;
    case fb::Effect::BreakGlass:
      return acl::Effect::kBreakGlass;
    case fb::Effect::Unknown:
      break;
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown effect ", static_cast<int>(effect)));
}

fb::Inheritance EncodeInheritance(acl::Inheritance inheritance) {
  switch (inheritance) {
    case acl::Inheritance::kInherit:
      return fb::Inheritance::Inherit;
    case acl::Inheritance::kRestrict:
      return fb::Inheritance::Restrict;
    case acl::Inheritance::kReplace:
      return fb::Inheritance::Replace;
  }
  return fb::Inheritance::Unknown;
}

absl::StatusOr<acl::Inheritance> DecodeInheritance(fb::Inheritance inheritance) {
  switch (inheritance) {
    case fb::Inheritance::Inherit:
      return acl::Inheritance::kInherit;
    case fb::Inheritance::Restrict:
      return acl::Inheritance::kRestrict;
    case fb::Inheritance::Replace:
      return acl::Inheritance::kReplace;
    case fb::Inheritance::Unknown:
      break;
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown inheritance ", static_cast<int>(inheritance)));
}

absl::StatusOr<acl::Rule> DecodeRule(const fb::Rule& stored) {
  acl::Rule rule;
  absl::StatusOr<acl::Effect> effect = DecodeEffect(stored.effect());
  if (!effect.ok()) return effect.status();
  rule.effect = *effect;
  rule.subjects = DecodeStrings(*stored.subjects());
  absl::StatusOr<absl::Time> not_before = DecodeTime(*stored.not_before());
  if (!not_before.ok()) return not_before.status();
  rule.not_before = *not_before;
  absl::StatusOr<absl::Time> expire_time = DecodeTime(*stored.expire_time());
  if (!expire_time.ok()) return expire_time.status();
  rule.expire_time = *expire_time;
  return rule;
}

// No label is left out.
flatbuffers::Offset<fb::Label> EncodeLabel(flatbuffers::FlatBufferBuilder& builder, const acl::Label& label) {
  if (label.empty()) return 0;
  const auto compartments = EncodeStrings(builder, label.compartments);
  const auto purposes = EncodeStrings(builder, label.purposes);
  return fb::CreateLabel(builder, label.level, compartments, purposes);
}

absl::StatusOr<acl::Label> DecodeLabel(const fb::Label* stored) {
  acl::Label label;
  if (stored == nullptr) return label;
  label.level = stored->level();
  label.compartments = DecodeStrings(*stored->compartments());
  label.purposes = DecodeStrings(*stored->purposes());
  if (label.empty()) return absl::InvalidArgumentError("an empty label should have been left out");
  return label;
}

// All of the policy but its rules.
absl::Status DecodeLimits(const fb::Policy& stored, acl::Policy& policy) {
  absl::StatusOr<acl::Label> label = DecodeLabel(stored.label());
  if (!label.ok()) return label.status();
  absl::StatusOr<std::vector<std::string>> ceiling = DecodeOptional(stored.ceiling());
  if (!ceiling.ok()) return ceiling.status();
  absl::StatusOr<std::vector<std::string>> owners = DecodeOptional(stored.owners());
  if (!owners.ok()) return owners.status();
  policy.label = *std::move(label);
  policy.ceiling = *std::move(ceiling);
  policy.owners = *std::move(owners);
  return absl::OkStatus();
}

}  // namespace

fb::Time EncodeTime(absl::Time time) {
  if (time == absl::InfinitePast()) return fb::Time(kPast, 0);
  if (time == absl::InfiniteFuture()) return fb::Time(kFuture, 0);
  const int64_t seconds = absl::ToUnixSeconds(time);
  return fb::Time(seconds, static_cast<uint32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

absl::StatusOr<absl::Time> DecodeTime(const fb::Time& time) {
  if (time.nanos() >= 1'000'000'000) {
    return absl::InvalidArgumentError(absl::StrCat(time.nanos(), " nanoseconds in a second"));
  }
  if (time.seconds() == kPast) return absl::InfinitePast();
  if (time.seconds() == kFuture) return absl::InfiniteFuture();
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::StatusOr<absl::Duration> DecodeDuration(const fb::Time& time) {
  absl::StatusOr<absl::Time> end = DecodeTime(time);
  if (!end.ok()) return end.status();
  return *end - absl::UnixEpoch();
}

absl::Status BadField(Column column, std::string_view key, std::string_view field, const absl::Status& reason) {
  return DamagedRecord(column, key, absl::StrCat("has a bad ", acl::ToAbsl(field), " (", reason.message(), ")"));
}

flatbuffers::Offset<fb::Policy> EncodePolicy(flatbuffers::FlatBufferBuilder& builder, const acl::Policy& policy) {
  std::vector<flatbuffers::Offset<fb::Rule>> rules;
  rules.reserve(policy.rules.size());
  for (const acl::Rule& rule : policy.rules) {
    const auto subjects = EncodeStrings(builder, rule.subjects);
    const fb::Time not_before = EncodeTime(rule.not_before);
    const fb::Time expire_time = EncodeTime(rule.expire_time);
    rules.push_back(fb::CreateRule(builder, EncodeEffect(rule.effect), subjects, &not_before, &expire_time));
  }
  const auto encoded_rules = builder.CreateVector(rules);
  const auto label = EncodeLabel(builder, policy.label);
  const auto ceiling = EncodeOptional(builder, policy.ceiling);
  const auto owners = EncodeOptional(builder, policy.owners);
  return fb::CreatePolicy(builder, EncodeInheritance(policy.inheritance), encoded_rules, label, ceiling, owners);
}

absl::StatusOr<acl::Policy> DecodePolicy(const fb::Policy& stored) {
  acl::Policy policy;
  absl::StatusOr<acl::Inheritance> inheritance = DecodeInheritance(stored.inheritance());
  if (!inheritance.ok()) return inheritance.status();
  policy.inheritance = *inheritance;
  policy.rules.reserve(stored.rules()->size());
  for (const fb::Rule* stored_rule : *stored.rules()) {
    absl::StatusOr<acl::Rule> rule = DecodeRule(*stored_rule);
    if (!rule.ok()) return rule.status();
    policy.rules.push_back(*std::move(rule));
  }
  if (absl::Status status = DecodeLimits(stored, policy); !status.ok()) return status;
  absl::StatusOr<acl::Policy> canonical =
      acl::CanonicalPolicy({policy.inheritance, policy.rules, policy.label, policy.ceiling, policy.owners});
  if (!canonical.ok()) return canonical.status();
  if (*canonical != policy) return absl::InvalidArgumentError("it is not in canonical form");
  return policy;
}

flatbuffers::Offset<StringVector> EncodeStrings(flatbuffers::FlatBufferBuilder& builder,
                                                const std::vector<std::string>& strings) {
  return builder.CreateVectorOfStrings(strings);
}

std::vector<std::string> DecodeStrings(const StringVector& strings) {
  std::vector<std::string> out;
  out.reserve(strings.size());
  for (const flatbuffers::String* text : strings) out.push_back(text->str());
  return out;
}

flatbuffers::Offset<StringVector> EncodeOptional(flatbuffers::FlatBufferBuilder& builder,
                                                 const std::vector<std::string>& strings) {
  return strings.empty() ? flatbuffers::Offset<StringVector>() : EncodeStrings(builder, strings);
}

absl::StatusOr<std::vector<std::string>> DecodeOptional(const StringVector* strings) {
  if (strings == nullptr) return std::vector<std::string>();
  if (strings->size() == 0) return absl::InvalidArgumentError("an empty list should have been left out");
  return DecodeStrings(*strings);
}

}  // namespace usher::storage
