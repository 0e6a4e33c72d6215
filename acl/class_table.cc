#include "acl/class_table.h"

#include <algorithm>
#include <utility>

namespace usher::acl {

ClassTable::ClassTable(SubjectTable* subjects, const Policy& collection_policy)
    : subjects_(subjects),
      collection_(Compile(collection_policy)),
      collection_fingerprint_(PolicyFingerprint(collection_policy)) {}

ClassTable::CompiledPolicy ClassTable::Compile(const Policy& policy) {
  CompiledPolicy compiled{policy.inheritance, {}};
  compiled.rules.reserve(policy.rules.size());
  for (const Rule& rule : policy.rules) {
    CompiledRule& out = compiled.rules.emplace_back(CompiledRule{rule.effect, rule.not_before, rule.expire_time, {}});
    out.subjects.reserve(rule.subjects.size());
    for (const std::string& subject : rule.subjects) out.subjects.push_back(subjects_->Intern(subject));
  }
  return compiled;
}

void ClassTable::SetCollectionPolicy(const Policy& policy) {
  std::string fingerprint = PolicyFingerprint(policy);
  if (fingerprint == collection_fingerprint_) return;
  collection_ = Compile(policy);
  collection_fingerprint_ = std::move(fingerprint);
  ++epoch_;
}

ClassId ClassTable::Intern(const Policy& document_policy) {
  const ClassId fresh(static_cast<uint32_t>(classes_.size()));
  const auto [entry, inserted] = ids_.try_emplace(PolicyFingerprint(document_policy), fresh);
  if (!inserted) return entry->second;
  classes_.push_back(Compile(document_policy));
  chunk_counts_.push_back(0);
  Post(fresh, classes_.back());
  ++epoch_;
  return fresh;
}

void ClassTable::Post(ClassId id, const CompiledPolicy& policy) {
  const bool inherits = policy.inheritance == Inheritance::kInherit;
  if (inherits) inheriting_.Insert(id.value());
  const Effect decisive = inherits ? Effect::kDeny : Effect::kAllow;
  for (const CompiledRule& rule : policy.rules) {
    if (rule.effect != decisive) continue;
    for (const SubjectId subject : rule.subjects) {
      std::vector<ClassId>& posting = postings_[subject];
      if (posting.empty() || posting.back() != id) posting.push_back(id);
    }
  }
}

std::optional<ClassId> ClassTable::Find(const Policy& document_policy) const {
  const auto it = ids_.find(PolicyFingerprint(document_policy));
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

void ClassTable::AddChunks(ClassId id, int64_t delta) {
  if (id.value() >= chunk_counts_.size()) return;
  uint64_t& count = chunk_counts_[id.value()];
  const bool was_live = count > 0;
  const uint64_t amount = delta < 0 ? uint64_t{0} - static_cast<uint64_t>(delta) : static_cast<uint64_t>(delta);
  count = delta < 0 ? count - std::min(count, amount) : count + amount;
  if (was_live && count == 0) --live_classes_;
  if (!was_live && count > 0) ++live_classes_;
}

ClassTable::Verdict ClassTable::Evaluate(const CompiledPolicy& policy, const IdBitmap& subjects, absl::Time now) {
  Verdict verdict;
  for (const CompiledRule& rule : policy.rules) {
    if (now >= rule.expire_time) continue;
    const bool named = std::any_of(rule.subjects.begin(), rule.subjects.end(),
                                   [&](SubjectId subject) { return subjects.Contains(subject.value()); });
    if (!named) continue;
    if (now < rule.not_before) {
      verdict.holds_until = std::min(verdict.holds_until, rule.not_before);
      continue;
    }
    verdict.holds_until = std::min(verdict.holds_until, rule.expire_time);
    (rule.effect == Effect::kAllow ? verdict.allowed : verdict.denied) = true;
  }
  return verdict;
}

Entitlement ClassTable::Resolve(absl::Span<const SubjectId> subjects, absl::Time now) const {
  IdBitmap named(subjects_->size());
  for (const SubjectId subject : subjects) named.Insert(subject.value());
  const Verdict above = Evaluate(collection_, named, now);
  absl::Time valid_until = above.holds_until;
  if (above.denied) return Entitlement({}, 0, valid_until);
  const bool inherited = above.allowed && collection_.inheritance == Inheritance::kReplace;

  IdBitmap readable = inherited ? inheriting_ : IdBitmap(classes_.size());
  IdBitmap evaluated(classes_.size());
  for (const SubjectId subject : subjects) {
    const auto posting = postings_.find(subject);
    if (posting == postings_.end()) continue;
    for (const ClassId id : posting->second) {
      const CompiledPolicy& own = classes_[id.value()];
      // Without the collection's consent nothing but REPLACE can allow, and no window below can change that.
      if (!inherited && own.inheritance != Inheritance::kReplace) continue;
      if (!evaluated.Insert(id.value())) continue;
      const Verdict verdict = Evaluate(own, named, now);
      valid_until = std::min(valid_until, verdict.holds_until);
      const bool allowed = verdict.allowed || own.inheritance == Inheritance::kInherit;
      if (allowed && !verdict.denied) {
        readable.Insert(id.value());
      } else {
        readable.Erase(id.value());
      }
    }
  }

  std::vector<ClassId> classes;
  uint64_t chunk_count = 0;
  readable.ForEach([&](uint32_t id) {
    classes.push_back(ClassId(id));
    chunk_count += chunk_counts_[id];
  });
  return Entitlement(std::move(classes), chunk_count, valid_until);
}

uint64_t ClassTable::CountChunks(const Entitlement& entitlement) const {
  uint64_t count = 0;
  for (const ClassId id : entitlement.classes()) {
    if (id.value() < chunk_counts_.size()) count += chunk_counts_[id.value()];
  }
  return count;
}

}  // namespace usher::acl
