#include "acl/entitlement_cache.h"

#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <utility>

#include "acl/compact_bytes.h"

namespace usher::acl {
namespace {

constexpr size_t kEntryOverhead = 128;  // of hash slots and reference counts, roughly

void AppendText(std::string_view text, std::string& out) {
  AppendVarint(text.size(), out);
  out.append(text);
}

// Equal exactly for equal askers.
std::string NameOf(const Asker& asker) {
  std::string name;
  AppendText(asker.principal, name);
  AppendText(asker.purpose, name);
  for (const std::string& group : asker.claimed_groups) AppendText(group, name);
  return name;
}

// As in EntitlementCache::Basis.
size_t NamesBound(const SubjectTable& subjects, const Asker& asker) {
  bool known = subjects.Find(asker.principal).has_value();
  for (const std::string& group : asker.claimed_groups) known = known && subjects.Find(group).has_value();
  return known ? 0 : subjects.size();
}

size_t BytesOf(const Rights& rights) {
  size_t bytes = sizeof(rights) + rights.subjects.capacity() * sizeof(SubjectId) + rights.purpose.capacity();
  for (const std::string& compartment : rights.clearance.compartments)
    bytes += sizeof(compartment) + compartment.size();
  return bytes;
}

}  // namespace

EntitlementCache::Found EntitlementCache::Get(const ClassTable& table, const Source& source, const Asker& asker,
                                              absl::Time now) {
  if (now >= table.open_until()) return {std::make_shared<const Entitlement>(), 0};
  const std::string name = NameOf(asker);
  bool fresh = false;
  const Entry known = Find(name, table, source, now, fresh);
  if (fresh) return {known.answer->entitlement, known.answer->chunks};
  const std::shared_ptr<const Rights> rights = RightsFor(name, known, table, source, asker);
  const std::shared_ptr<const CachedAnswer> answer = AnswerFor(table, known, rights, now);
  const Basis basis{source.groups_epoch, source.clearances_epoch, NamesBound(*table.index().subjects, asker)};
  Put(name, {rights, basis, answer});
  return {answer->entitlement, answer->chunks};
}

EntitlementCache::Entry EntitlementCache::Find(const std::string& name, const ClassTable& table, const Source& source,
                                               absl::Time now, bool& fresh) const {
  const std::shared_lock lock(mutex_);
  const auto newer = newer_.find(name);
  if (newer == newer_.end()) {
    const auto older = older_.find(name);
    return older == older_.end() ? Entry() : older->second;
  }
  const Entry& entry = newer->second;
  fresh = Holds(entry.basis, table, source) && IsCurrent(*entry.answer, table, now);
#ifdef USHER_WITHOUT_FRESHNESS_CHECK  // only for the proof that the race tests can fail
  fresh = true;
#endif
  return entry;
}

bool EntitlementCache::Holds(const Basis& basis, const ClassTable& table, const Source& source) {
  return basis.groups_epoch == source.groups_epoch && basis.clearances_epoch == source.clearances_epoch &&
         (basis.names == 0 || basis.names == table.index().subjects->size());
}

std::shared_ptr<const Rights> EntitlementCache::RightsFor(const std::string& name, const Entry& known,
                                                          const ClassTable& table, const Source& source,
                                                          const Asker& asker) const {
  if (known.rights && Holds(known.basis, table, source)) return known.rights;
  Rights rights = RightsOf(source.groups, source.clearances, asker);
  if (known.rights && *known.rights == rights) return known.rights;
  const size_t bytes = BytesOf(rights) + name.size() + kEntryOverhead;
  return meter_.Make(std::move(rights), bytes);
}

std::shared_ptr<const CachedAnswer> EntitlementCache::FindTwin(const std::string& rights_key) const {
  const std::shared_lock lock(mutex_);
  const auto it = answers_.find(rights_key);
  return it == answers_.end() ? nullptr : it->second.lock();
}

std::shared_ptr<const CachedAnswer> EntitlementCache::AnswerFor(const ClassTable& table, const Entry& known,
                                                                const std::shared_ptr<const Rights>& rights,
                                                                absl::Time now) {
  const CachedAnswer* own = known.rights == rights ? known.answer.get() : nullptr;
  const bool same_key = own != nullptr && own->names_seen == NamesKnown(table);
  const std::string rights_key = same_key ? own->rights_key : RightsKey(table, *rights);
  const std::shared_ptr<const CachedAnswer> twin = FindTwin(rights_key);
  if (twin && IsCurrent(*twin, table, now)) return twin;
  const CachedAnswer* const earlier = twin ? twin.get() : own;
  std::optional<CachedAnswer> answer;
  if (earlier != nullptr) answer = BringForward(*earlier, table, *rights, rights_key, meter_, now);
  if (!answer) {
    ++resolutions_;
    answer = FindAnswer(table, *rights, rights_key, meter_, now);
  }
  const size_t bytes = sizeof(CachedAnswer) + 2 * rights_key.size() + kEntryOverhead;
  return meter_.Make(*std::move(answer), bytes);
}

void EntitlementCache::Put(const std::string& name, Entry entry) {
  Entries dropped;  // freed after the lock is let go
  const std::unique_lock lock(mutex_);
  answers_[entry.answer->rights_key] = entry.answer;
  newer_[name] = std::move(entry);
  const size_t held = meter_.held();
  if (newer_.size() * 2 > max_entries_ || held > max_bytes_ || (older_.empty() && held * 2 > max_bytes_)) {
    dropped = std::exchange(older_, std::exchange(newer_, {}));
  }
  // Keys change with every name that rules newly mention, so that those of gone answers must not pile up.
  if (answers_.size() > 2 * (newer_.size() + older_.size())) {
    absl::erase_if(answers_, [](const auto& answer) { return answer.second.expired(); });
  }
}

}  // namespace usher::acl
