// Remembers what askers may read of one collection.
//
// An answer is used again only if it is exact: nothing happened since; or what happened is brought in (chunks came and
// went, classes are new, a policy changed that says the same about this asker); or memberships and clearances changed,
// but not the asker's. Everything else is resolved anew. Askers whom no rule of the collection can tell apart share one
// entitlement.
// Guarantees: an answer always equals a fresh resolution. Memory stays within `max_bytes` but for the newest answer,
// entitlements that callers still hold included; what was not used for longest goes first.
// Thread-safety: all methods may be called concurrently, while table, groups and clearances do not change.
#ifndef USHER_ACL_ENTITLEMENT_CACHE_H_
#define USHER_ACL_ENTITLEMENT_CACHE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/byte_meter.h"
#include "acl/cached_answer.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/rights.h"
#include "acl/writer_first_mutex.h"

namespace usher::acl {

class EntitlementCache {
 public:
  // Both at least 1.
  EntitlementCache(size_t max_entries, size_t max_bytes) : max_entries_(max_entries), max_bytes_(max_bytes) {}

  // Where the asker's rights come from. Epochs change whenever what they count does.
  struct Source {
    const GroupGraph& groups;
    const ClearanceTable& clearances;
    uint64_t groups_epoch;
    uint64_t clearances_epoch;
  };
  struct Found {
    // Never null. Its valid_until() is that of the rules: whether the collection is open is judged by each Get.
    std::shared_ptr<const Entitlement> entitlement;
    uint64_t chunks;  // exact number of chunks in its classes
  };

  // What the asker may read at `now`. Always of the same table and source.
  Found Get(const ClassTable& table, const Source& source, const Asker& asker, absl::Time now);
  Found Get(const ClassTable& table, const GroupGraph& groups, const ClearanceTable& clearances, uint64_t groups_epoch,
            uint64_t clearances_epoch, const Asker& asker, absl::Time now) {
    return Get(table, {groups, clearances, groups_epoch, clearances_epoch}, asker, now);
  }

  // How often an answer had to be resolved anew.
  uint64_t resolutions() const { return resolutions_; }
  size_t bytes() const { return meter_.held(); }

 private:
  // The state of the source at which rights were found.
  struct Basis {
    uint64_t groups_epoch = 0;
    uint64_t clearances_epoch = 0;
    // 0 if every name the asker goes by was interned; otherwise how many names there were: a rule may mention the
    // asker for the first time without any membership changing.
    size_t names = 0;

    friend bool operator==(const Basis&, const Basis&) = default;
  };
  struct Entry {
    std::shared_ptr<const Rights> rights;  // null: none
    Basis basis;
    std::shared_ptr<const CachedAnswer> answer;
  };
  using Entries = absl::flat_hash_map<std::string, Entry>;
  using Answers = absl::flat_hash_map<std::string, std::weak_ptr<const CachedAnswer>>;

  static bool Holds(const Basis& basis, const ClassTable& table, const Source& source);
  // What is known of the asker; `fresh` when it may be used as it is.
  Entry Find(const std::string& name, const ClassTable& table, const Source& source, absl::Time now, bool& fresh) const;
  std::shared_ptr<const CachedAnswer> FindTwin(const std::string& rights_key) const;
  std::shared_ptr<const Rights> RightsFor(const std::string& name, const Entry& known, const ClassTable& table,
                                          const Source& source, const Asker& asker) const;
  std::shared_ptr<const CachedAnswer> AnswerFor(const ClassTable& table, const Entry& known,
                                                const std::shared_ptr<const Rights>& rights, absl::Time now);
  void Put(const std::string& name, Entry entry);

  const size_t max_entries_;
  const size_t max_bytes_;
  const ByteMeter meter_;
  std::atomic<uint64_t> resolutions_ = 0;
  mutable WriterFirstMutex mutex_;
  // By asker. Who is found among the older ones moves to the newer; when these are too many, the older ones go.
  Entries newer_;    // guarded by mutex_
  Entries older_;    // guarded by mutex_
  Answers answers_;  // by RightsKey; guarded by mutex_
};

}  // namespace usher::acl

#endif  // USHER_ACL_ENTITLEMENT_CACHE_H_
