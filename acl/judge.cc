#include "acl/judge.h"

#include <algorithm>

#include "acl/compiled_policy.h"

namespace usher::acl {
namespace {

// Reads to the end of the list in any case, since what follows is found only there.
bool ReadWhetherNamed(ByteReader& in, const AskerView& asker) {
  bool named = false;
  compiled::ReadSubjects(in, [&](SubjectId id) { named = named || asker.subjects.Contains(id.value()); });
  return named;
}

// Label and ceiling know no time, so what they block stays blocked.
bool ReadWhetherOutside(const compiled::Head& head, ByteReader& in, const AskerView& asker) {
  if (head.has_label && !asker.labels.Contains(static_cast<uint32_t>(in.Varint()))) return true;
  return head.has_ceiling && !ReadWhetherNamed(in, asker);
}

// What the rules name the asker for.
struct Named {
  bool allowed = false;
  bool granted = false;
};

Outcome OutcomeOf(Inheritance inheritance, Named named) {
  if (named.granted) return Outcome::kGranted;
  if (inheritance == Inheritance::kInherit) return Outcome::kPass;
  if (!named.allowed) return Outcome::kNever;
  return inheritance == Inheritance::kReplace ? Outcome::kAlways : Outcome::kPass;
}

// Leaves the reader inside the policy when it blocks: then nothing after it matters.
Verdict JudgeOne(ByteReader& in, const AskerView& asker) {
  const compiled::Head head = compiled::ReadHead(in);
  if (ReadWhetherOutside(head, in, asker)) return {Outcome::kBlocked, absl::InfiniteFuture()};
  Named named;
  absl::Time holds_until = absl::InfiniteFuture();
  for (uint64_t i = 0; i < head.rule_count; ++i) {
    const compiled::RuleHead rule = compiled::ReadRuleHead(in);
    if (!ReadWhetherNamed(in, asker) || asker.now >= rule.expire_time) continue;
    if (asker.now < rule.not_before) {
      holds_until = std::min(holds_until, rule.not_before);
      continue;
    }
    if (rule.effect == Effect::kDeny) return {Outcome::kBlocked, rule.expire_time};
    holds_until = std::min(holds_until, rule.expire_time);
    (rule.effect == Effect::kAllow ? named.allowed : named.granted) = true;
  }
  return {OutcomeOf(head.inheritance, named), holds_until};
}

}  // namespace

Verdict Judge(std::string_view chain, const AskerView& asker) {
  Verdict all;
  for (ByteReader in(chain); !in.done();) {
    const Verdict one = JudgeOne(in, asker);
    if (one.outcome == Outcome::kBlocked) return one;
    all.outcome = Then(all.outcome, one.outcome);
    all.holds_until = std::min(all.holds_until, one.holds_until);
  }
  return all;
}

}  // namespace usher::acl
