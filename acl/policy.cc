#include "acl/policy.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

// Denies first: they decide, so they are read first.
int Rank(Effect effect) {
  if (effect == Effect::kDeny) return 0;
  return effect == Effect::kAllow ? 1 : 2;
}

bool InOrder(const Rule& a, const Rule& b) {
  return std::make_tuple(Rank(a.effect), a.not_before, a.expire_time, std::cref(a.subjects)) <
         std::make_tuple(Rank(b.effect), b.not_before, b.expire_time, std::cref(b.subjects));
}

absl::Status InvalidRule(size_t index, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("rules[", index, "]: ", ToAbsl(what)));
}

absl::Status CheckRule(const Rule& rule, size_t index) {
  if (rule.subjects.empty()) return InvalidRule(index, "names no subject; name at least one");
  for (size_t i = 0; i < rule.subjects.size(); ++i) {
    if (const absl::Status status = ValidateSubject(rule.subjects[i]); !status.ok()) {
      return InvalidRule(index, absl::StrCat("subjects[", i, "]: ", status.message()));
    }
  }
  if (rule.not_before >= rule.expire_time) {
    return InvalidRule(index, "not_before must lie before expire_time, or the rule is never in force");
  }
  return absl::OkStatus();
}

absl::Status CheckSizes(const PolicyDraft& draft) {
  if (draft.rules.size() > kMaxRulesPerPolicy) {
    return absl::InvalidArgumentError(
        absl::StrCat("policy has ", draft.rules.size(), " rules; at most ", kMaxRulesPerPolicy, " are allowed"));
  }
  size_t subjects = 0;
  for (size_t i = 0; i < draft.rules.size(); ++i) {
    subjects += draft.rules[i].subjects.size();
    if (subjects > kMaxSubjectsPerPolicy) {
      return InvalidRule(i, absl::StrCat("the policy names more than ", kMaxSubjectsPerPolicy,
                                         " subjects up to here; name groups instead"));
    }
  }
  subjects += draft.ceiling.size() + draft.owners.size();
  if (subjects <= kMaxSubjectsPerPolicy) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("rules, ceiling and owners name ", subjects, " subjects; at most ",
                                                 kMaxSubjectsPerPolicy, " are allowed, so name groups instead"));
}

void SortUnique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

absl::Status CanonicalizeRules(const std::optional<Inheritance>& inheritance, std::vector<Rule>& rules) {
  for (size_t i = 0; i < rules.size(); ++i) {
    if (absl::Status status = CheckRule(rules[i], i); !status.ok()) return status;
    if (rules[i].effect == Effect::kAllow && inheritance == Inheritance::kInherit) {
      return InvalidRule(i,
                         "an allow rule has no effect under INHERIT; choose RESTRICT or REPLACE, or remove the rule");
    }
    SortUnique(rules[i].subjects);
  }
  std::sort(rules.begin(), rules.end(), InOrder);
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  return absl::OkStatus();
}

absl::Status CanonicalizeLabel(Label& label) {
  if (label.level > kMaxLevel) {
    return absl::InvalidArgumentError(absl::StrCat("label.level is ", label.level, "; at most ", kMaxLevel));
  }
  auto compartments = CanonicalLabelWords("compartment", std::move(label.compartments), kMaxCompartments);
  if (!compartments.ok()) return compartments.status();
  auto purposes = CanonicalLabelWords("purpose", std::move(label.purposes), kMaxPurposes);
  if (!purposes.ok()) return purposes.status();
  label.compartments = *std::move(compartments);
  label.purposes = *std::move(purposes);
  return absl::OkStatus();
}

absl::Status CanonicalizeNames(std::string_view field, absl::Status (*validate)(std::string_view),
                               std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (const absl::Status status = validate(names[i]); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(ToAbsl(field), "[", i, "]: ", status.message()));
    }
  }
  SortUnique(names);
  return absl::OkStatus();
}

void AppendNumber(uint64_t number, std::string& out) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(number >> shift & 0xFF));
}

// Whole seconds and quarter nanoseconds, absl's resolution, so that no two times share bytes.
void AppendTime(absl::Time time, std::string& out) {
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(time - absl::UnixEpoch(), absl::Seconds(1), &rest);
  const bool finite = time != absl::InfinitePast() && time != absl::InfiniteFuture();
  out.push_back(finite ? 't' : (time < absl::UnixEpoch() ? '-' : '+'));
  if (!finite) return;
  AppendNumber(static_cast<uint64_t>(seconds), out);
  AppendNumber(static_cast<uint64_t>(absl::IDivDuration(rest, absl::Nanoseconds(1) / 4, &rest)), out);
}

void AppendNames(const std::vector<std::string>& names, std::string& out) {
  AppendNumber(names.size(), out);
  for (const std::string& name : names) {
    AppendNumber(name.size(), out);
    out.append(name);
  }
}

}  // namespace

Label LabelOfChain(absl::Span<const Policy* const> chain) {
  Label label;
  bool any_purpose = true;
  for (const Policy* policy : chain) {
    const Label& own = policy->label;
    label.level = std::max(label.level, own.level);
    std::vector<std::string> merged;
    std::set_union(label.compartments.begin(), label.compartments.end(), own.compartments.begin(),
                   own.compartments.end(), std::back_inserter(merged));
    label.compartments = std::move(merged);
    if (own.purposes.empty()) continue;
    std::vector<std::string> common;
    std::set_intersection(label.purposes.begin(), label.purposes.end(), own.purposes.begin(), own.purposes.end(),
                          std::back_inserter(common));
    label.purposes = any_purpose ? own.purposes : std::move(common);
    any_purpose = false;
  }
  return label;
}

RuleState Rule::StateAt(absl::Time now) const {
  if (now >= expire_time) return RuleState::kExpired;
  return now < not_before ? RuleState::kNotYet : RuleState::kInForce;
}

absl::StatusOr<Policy> CanonicalPolicy(PolicyDraft draft) {
  if (absl::Status status = CheckSizes(draft); !status.ok()) return status;
  if (absl::Status status = CanonicalizeRules(draft.inheritance, draft.rules); !status.ok()) return status;
  if (absl::Status status = CanonicalizeLabel(draft.label); !status.ok()) return status;
  if (absl::Status status = CanonicalizeNames("ceiling", ValidateSubject, draft.ceiling); !status.ok()) return status;
  if (absl::Status status = CanonicalizeNames("owners", ValidateMember, draft.owners); !status.ok()) return status;
  const bool allows = std::any_of(draft.rules.begin(), draft.rules.end(),
                                  [](const Rule& rule) { return rule.effect == Effect::kAllow; });
  const Inheritance unset = allows ? Inheritance::kReplace : Inheritance::kInherit;
  return Policy{draft.inheritance.value_or(unset), std::move(draft.rules), std::move(draft.label),
                std::move(draft.ceiling), std::move(draft.owners)};
}

absl::StatusOr<Policy> CanonicalPolicy(std::optional<Inheritance> inheritance, std::vector<Rule> rules) {
  return CanonicalPolicy(PolicyDraft{inheritance, std::move(rules), {}, {}, {}});
}

absl::Status CheckNotExpired(const Policy& policy, const Policy& known, absl::Time now) {
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    if (rule.StateAt(now) != RuleState::kExpired) continue;
    if (std::find(known.rules.begin(), known.rules.end(), rule) != known.rules.end()) continue;
    return InvalidRule(
        i, absl::StrCat("its expire_time ", absl::FormatTime(rule.expire_time, absl::UTCTimeZone()), " is over at ",
                        absl::FormatTime(now, absl::UTCTimeZone()), "; choose a later one or remove the rule"));
  }
  return absl::OkStatus();
}

std::string PolicyFingerprint(const Policy& policy) {
  std::string out;
  out.push_back(static_cast<char>(policy.inheritance));
  AppendNumber(policy.rules.size(), out);
  for (const Rule& rule : policy.rules) {
    out.push_back(static_cast<char>(rule.effect));
    AppendTime(rule.not_before, out);
    AppendTime(rule.expire_time, out);
    AppendNames(rule.subjects, out);
  }
  AppendNumber(policy.label.level, out);
  AppendNames(policy.label.compartments, out);
  AppendNames(policy.label.purposes, out);
  AppendNames(policy.ceiling, out);
  return out;
}

}  // namespace usher::acl
