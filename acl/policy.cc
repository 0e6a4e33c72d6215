#include "acl/policy.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/names.h"

namespace usher::acl {
namespace {

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

absl::Status CheckSizes(const std::vector<Rule>& rules) {
  if (rules.size() > kMaxRulesPerPolicy) {
    return absl::InvalidArgumentError(
        absl::StrCat("policy has ", rules.size(), " rules; at most ", kMaxRulesPerPolicy, " are allowed"));
  }
  size_t subjects = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    subjects += rules[i].subjects.size();
    if (subjects > kMaxSubjectsPerPolicy) {
      return InvalidRule(i, absl::StrCat("the policy names more than ", kMaxSubjectsPerPolicy,
                                         " subjects up to here; name groups instead"));
    }
  }
  return absl::OkStatus();
}

// Denies first: they decide, so they are read first.
bool InOrder(const Rule& a, const Rule& b) {
  const bool a_allows = a.effect == Effect::kAllow;
  const bool b_allows = b.effect == Effect::kAllow;
  return std::tie(a_allows, a.not_before, a.expire_time, a.subjects) <
         std::tie(b_allows, b.not_before, b.expire_time, b.subjects);
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

}  // namespace

RuleState Rule::StateAt(absl::Time now) const {
  if (now >= expire_time) return RuleState::kExpired;
  return now < not_before ? RuleState::kNotYet : RuleState::kInForce;
}

absl::StatusOr<Policy> CanonicalPolicy(std::optional<Inheritance> inheritance, std::vector<Rule> rules) {
  if (absl::Status status = CheckSizes(rules); !status.ok()) return status;
  bool allows = false;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (absl::Status status = CheckRule(rules[i], i); !status.ok()) return status;
    if (rules[i].effect == Effect::kAllow && inheritance == Inheritance::kInherit) {
      return InvalidRule(i,
                         "an allow rule has no effect under INHERIT; choose RESTRICT or REPLACE, or remove the rule");
    }
    allows = allows || rules[i].effect == Effect::kAllow;
    std::vector<std::string>& subjects = rules[i].subjects;
    std::sort(subjects.begin(), subjects.end());
    subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
  }
  std::sort(rules.begin(), rules.end(), InOrder);
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  const Inheritance unset = allows ? Inheritance::kReplace : Inheritance::kInherit;
  return Policy{inheritance.value_or(unset), std::move(rules), {}, {}, {}};
}

std::string PolicyFingerprint(const Policy& policy) {
  std::string out;
  out.push_back(static_cast<char>(policy.inheritance));
  AppendNumber(policy.rules.size(), out);
  for (const Rule& rule : policy.rules) {
    out.push_back(static_cast<char>(rule.effect));
    AppendTime(rule.not_before, out);
    AppendTime(rule.expire_time, out);
    AppendNumber(rule.subjects.size(), out);
    for (const std::string& subject : rule.subjects) {
      AppendNumber(subject.size(), out);
      out.append(subject);
    }
  }
  return out;
}

}  // namespace usher::acl
