#include "acl/compiled_policy.h"

#include <algorithm>
#include <utility>

#include "absl/functional/function_ref.h"

namespace usher::acl {
namespace {

// A head and a rule's head keep their flags in the low bits of one number.
constexpr uint64_t kHasLabel = 4;
constexpr uint64_t kHasCeiling = 8;
constexpr int kRuleCountShift = 4;
constexpr uint64_t kHasNotBefore = 4;
constexpr uint64_t kHasExpireTime = 8;
constexpr uint64_t kEnumMask = 3;
constexpr int64_t kTicksPerNanosecond = 4;  // absl's resolution, so that no two times share bytes

using NameFinder = absl::FunctionRef<std::optional<SubjectId>(std::string_view)>;

// False when a name is unknown.
bool AppendIds(const std::vector<std::string>& names, NameFinder find, std::vector<SubjectId>& out) {
  out.reserve(names.size());
  for (const std::string& name : names) {
    const std::optional<SubjectId> id = find(name);
    if (!id) return false;
    out.push_back(*id);
  }
  std::sort(out.begin(), out.end());
  return true;
}

std::optional<IdPolicy> Convert(const Policy& policy, NameFinder find) {
  IdPolicy out{policy.inheritance, std::nullopt, {}, {}};
  if (!AppendIds(policy.ceiling, find, out.ceiling)) return std::nullopt;
  out.rules.reserve(policy.rules.size());
  for (const Rule& rule : policy.rules) {
    IdRule& id_rule = out.rules.emplace_back(IdRule{rule.effect, rule.not_before, rule.expire_time, {}});
    if (!AppendIds(rule.subjects, find, id_rule.subjects)) return std::nullopt;
  }
  return out;
}

std::vector<std::string> Names(const std::vector<SubjectId>& ids, const SubjectTable& subjects) {
  std::vector<std::string> names;
  names.reserve(ids.size());
  for (const SubjectId id : ids) names.emplace_back(subjects.Name(id));
  std::sort(names.begin(), names.end());
  return names;
}

void AppendSubjects(const std::vector<SubjectId>& ids, std::string& out) {
  AppendVarint(ids.size(), out);
  uint32_t last = 0;
  for (const SubjectId id : ids) {
    AppendVarint(id.value() - last, out);
    last = id.value();
  }
}

// Finite: a canonical rule neither begins nor ends at the infinity that it does not have by default.
void AppendTime(absl::Time time, std::string& out) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  absl::Duration rest = time - absl::FromUnixSeconds(seconds);
  AppendVarint(static_cast<uint64_t>(seconds), out);
  AppendVarint(static_cast<uint64_t>(absl::IDivDuration(rest, absl::Nanoseconds(1) / kTicksPerNanosecond, &rest)), out);
}

absl::Time ReadTime(ByteReader& in) {
  const auto seconds = static_cast<int64_t>(in.Varint());
  const auto ticks = static_cast<int64_t>(in.Varint());
  return absl::FromUnixSeconds(seconds) + ticks * (absl::Nanoseconds(1) / kTicksPerNanosecond);
}

void AppendRule(const IdRule& rule, std::string& out) {
  const bool has_not_before = rule.not_before != absl::InfinitePast();
  const bool has_expire_time = rule.expire_time != absl::InfiniteFuture();
  AppendVarint(static_cast<uint64_t>(rule.effect) | (has_not_before ? kHasNotBefore : 0) |
                   (has_expire_time ? kHasExpireTime : 0),
               out);
  if (has_not_before) AppendTime(rule.not_before, out);
  if (has_expire_time) AppendTime(rule.expire_time, out);
  AppendSubjects(rule.subjects, out);
}

std::vector<SubjectId> ReadSubjectList(ByteReader& in) {
  std::vector<SubjectId> ids;
  compiled::ReadSubjects(in, [&](SubjectId id) { ids.push_back(id); });
  return ids;
}

// Under which subjects of `policy` rules of this effect would be found.
void AppendSubjectsOf(const IdPolicy& policy, Effect effect, std::vector<SubjectId>& out) {
  for (const IdRule& rule : policy.rules) {
    if (rule.effect == effect) out.insert(out.end(), rule.subjects.begin(), rule.subjects.end());
  }
}

template <typename Predicate>
const IdPolicy* LastWith(absl::Span<const IdPolicy> chain, Predicate predicate) {
  const auto it = std::find_if(chain.rbegin(), chain.rend(), predicate);
  return it == chain.rend() ? nullptr : &*it;
}

// The one condition that is cheapest to look an asker up by and that nobody can do without.
void AppendDecisiveKeys(absl::Span<const IdPolicy> chain, PostingKeys& keys) {
  const auto narrows = [](const IdPolicy& policy) { return policy.inheritance != Inheritance::kInherit; };
  if (const IdPolicy* last = LastWith(chain, narrows)) {
    return AppendSubjectsOf(*last, Effect::kAllow, keys.subjects);
  }
  if (const IdPolicy* last = LastWith(chain, [](const IdPolicy& policy) { return policy.label.has_value(); })) {
    keys.label = last->label;
    return;
  }
  if (const IdPolicy* last = LastWith(chain, [](const IdPolicy& policy) { return !policy.ceiling.empty(); })) {
    keys.subjects.insert(keys.subjects.end(), last->ceiling.begin(), last->ceiling.end());
    return;
  }
  keys.passes_by_default = true;
  for (const IdPolicy& policy : chain) AppendSubjectsOf(policy, Effect::kDeny, keys.subjects);
}

}  // namespace

namespace compiled {

Head ReadHead(ByteReader& in) {
  const uint64_t head = in.Varint();
  return {static_cast<Inheritance>(head & kEnumMask), (head & kHasLabel) != 0, (head & kHasCeiling) != 0,
          head >> kRuleCountShift};
}

RuleHead ReadRuleHead(ByteReader& in) {
  const uint64_t head = in.Varint();
  const absl::Time not_before = (head & kHasNotBefore) != 0 ? ReadTime(in) : absl::InfinitePast();
  const absl::Time expire_time = (head & kHasExpireTime) != 0 ? ReadTime(in) : absl::InfiniteFuture();
  return {static_cast<Effect>(head & kEnumMask), not_before, expire_time};
}

}  // namespace compiled

IdPolicy ToIds(const Policy& policy, SubjectTable* subjects, LabelTable* labels) {
  IdPolicy out = *Convert(policy, [subjects](std::string_view name) { return subjects->Intern(name); });
  if (!policy.label.empty()) out.label = labels->Intern(policy.label);
  return out;
}

std::optional<IdPolicy> FindIds(const Policy& policy, const SubjectTable& subjects, const LabelTable& labels) {
  std::optional<IdPolicy> out = Convert(policy, [&](std::string_view name) { return subjects.Find(name); });
  if (!out || policy.label.empty()) return out;
  out->label = labels.Find(policy.label);
  return out->label ? out : std::nullopt;
}

Policy FromIds(const IdPolicy& policy, const SubjectTable& subjects, const LabelTable& labels) {
  Policy out;
  out.inheritance = policy.inheritance;
  if (policy.label) out.label = labels.Get(*policy.label);
  out.ceiling = Names(policy.ceiling, subjects);
  for (const IdRule& rule : policy.rules) {
    out.rules.push_back({rule.effect, Names(rule.subjects, subjects), rule.not_before, rule.expire_time});
  }
  return out;
}

void AppendCompiled(const IdPolicy& policy, std::string& out) {
  AppendVarint(static_cast<uint64_t>(policy.inheritance) | (policy.label ? kHasLabel : 0) |
                   (policy.ceiling.empty() ? 0 : kHasCeiling) | uint64_t{policy.rules.size()} << kRuleCountShift,
               out);
  if (policy.label) AppendVarint(policy.label->value(), out);
  if (!policy.ceiling.empty()) AppendSubjects(policy.ceiling, out);
  for (const IdRule& rule : policy.rules) AppendRule(rule, out);
}

std::vector<IdPolicy> Decompile(std::string_view chain) {
  std::vector<IdPolicy> policies;
  for (ByteReader in(chain); !in.done();) {
    const compiled::Head head = compiled::ReadHead(in);
    IdPolicy& policy = policies.emplace_back(IdPolicy{head.inheritance, std::nullopt, {}, {}});
    if (head.has_label) policy.label = LabelId(static_cast<uint32_t>(in.Varint()));
    if (head.has_ceiling) policy.ceiling = ReadSubjectList(in);
    for (uint64_t i = 0; i < head.rule_count; ++i) {
      const compiled::RuleHead rule = compiled::ReadRuleHead(in);
      policy.rules.push_back({rule.effect, rule.not_before, rule.expire_time, ReadSubjectList(in)});
    }
  }
  return policies;
}

PostingKeys PostingKeysOf(absl::Span<const IdPolicy> chain) {
  PostingKeys keys;
  for (const IdPolicy& policy : chain) AppendSubjectsOf(policy, Effect::kBreakGlass, keys.subjects);
  AppendDecisiveKeys(chain, keys);
  std::sort(keys.subjects.begin(), keys.subjects.end());
  keys.subjects.erase(std::unique(keys.subjects.begin(), keys.subjects.end()), keys.subjects.end());
  return keys;
}

}  // namespace usher::acl
