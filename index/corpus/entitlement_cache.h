// Remembers what principals may read of one collection, for as long as no rule or membership changes.
//
// An entry counts only at the very epochs of groups and classes it was made at, and before the first instant at which a
// rule that matters begins or ends; anything else resolves anew. Thread-safety: all methods may be called concurrently.
#ifndef USHER_INDEX_CORPUS_ENTITLEMENT_CACHE_H_
#define USHER_INDEX_CORPUS_ENTITLEMENT_CACHE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "acl/absl_view.h"
#include "acl/entitlement.h"
#include "acl/writer_first_mutex.h"

namespace usher::corpus {

class EntitlementCache {
 public:
  // Holds up to `capacity` entries; when full it starts over, since a burst of strangers is rarer than a change of
  // rules.
  explicit EntitlementCache(size_t capacity) : capacity_(capacity) {}

  // nullptr when there is none that counts now.
  std::shared_ptr<const acl::Entitlement> Find(std::string_view principal, uint64_t groups_epoch,
                                               uint64_t classes_epoch, absl::Time now) const {
    const std::shared_lock lock(mutex_);
    const auto it = entries_.find(acl::ToAbsl(principal));
    if (it == entries_.end()) return nullptr;
    const Entry& entry = it->second;
    const bool holds = entry.groups_epoch == groups_epoch && entry.classes_epoch == classes_epoch &&
                       entry.made_at <= now && now < entry.entitlement->valid_until();
    return holds ? entry.entitlement : nullptr;
  }

  void Put(std::string_view principal, uint64_t groups_epoch, uint64_t classes_epoch, absl::Time now,
           std::shared_ptr<const acl::Entitlement> entitlement) {
    const std::unique_lock lock(mutex_);
    if (entries_.size() >= capacity_ && !entries_.contains(acl::ToAbsl(principal))) entries_.clear();
    entries_[std::string(principal)] = Entry{groups_epoch, classes_epoch, now, std::move(entitlement)};
  }

 private:
  struct Entry {
    uint64_t groups_epoch = 0;
    uint64_t classes_epoch = 0;
    absl::Time made_at;  // a clock that steps back must not revive a rule that had ended
    std::shared_ptr<const acl::Entitlement> entitlement;
  };

  const size_t capacity_;
  mutable acl::WriterFirstMutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_;  // guarded by mutex_
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_ENTITLEMENT_CACHE_H_
