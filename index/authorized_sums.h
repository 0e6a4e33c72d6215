// Remembers how many rows entitlements may read, so that a query need not add up all their classes again.
//
// Counts change one step at a time; a version is the number of steps taken. A remembered sum is carried from its
// version to another by the steps between, so it is exact at whichever version is asked for, also at one that is past.
// Non-guarantee: what was not asked for lately, or lies many steps away, is forgotten.
// Thread-safety: all methods may be called concurrently.
#ifndef USHER_INDEX_AUTHORIZED_SUMS_H_
#define USHER_INDEX_AUTHORIZED_SUMS_H_

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "acl/entitlement.h"
#include "acl/ids.h"

namespace usher::index {

class AuthorizedSums {
 public:
  // The step from `version` to the next: the count of `id` changed by `delta`. Returns whether it is taken down: only
  // the first step from a version is, for two histories cannot share their sums.
  bool Note(uint64_t version, acl::ClassId id, int64_t delta);

  // nullopt where adding up is as cheap, or needed.
  std::optional<uint64_t> Find(const acl::Entitlement& entitlement, uint64_t version);
  void Put(const acl::Entitlement& entitlement, uint64_t version, uint64_t sum);

 private:
  struct Step {
    acl::ClassId id;
    int64_t delta;
  };
  struct Sum {
    uint64_t version = 0;
    uint64_t rows = 0;
  };

  // What the entitlement's rows changed by from version `from` to `to`, both within steps_; from <= to.
  uint64_t Difference(const acl::Entitlement& entitlement, uint64_t from, uint64_t to) const;

  std::mutex mutex_;
  absl::flat_hash_map<uint64_t, Sum> sums_;  // by Entitlement::identity; guarded by mutex_
  std::deque<Step> steps_;                   // the last of them, up to last_; guarded by mutex_
  uint64_t last_ = 0;                        // version; guarded by mutex_
};

}  // namespace usher::index

#endif  // USHER_INDEX_AUTHORIZED_SUMS_H_
