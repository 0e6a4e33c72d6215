// The current class of every row of a part of the index, and the number of live rows of every class of the whole index.
#ifndef USHER_INDEX_CLASS_MAP_H_
#define USHER_INDEX_CLASS_MAP_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "acl/entitlement.h"
#include "acl/ids.h"
#include "index/authorized_sums.h"
#include "index/cow_array.h"

namespace usher::index {

inline constexpr size_t kClassBlockRows = 4'096;
using ClassMap = CowArray<acl::ClassId, kClassBlockRows>;

// Carried by rows that are kept but that nobody may find until they are given a class; kNoClass is for removed rows.
inline constexpr acl::ClassId kHiddenClass{acl::kNoClass.value() - 1};

inline bool IsSearchable(acl::ClassId id) { return id < kHiddenClass; }

// Removed and hidden rows are refused even if an entitlement claimed their marks.
inline bool MayRead(const acl::Entitlement& entitlement, acl::ClassId id) {
  return IsSearchable(id) && entitlement.Contains(id);
}

// Exact at the moment of the copy. Copies share memory, and what is remembered of sums.
// Thread-safety: a plain value; different copies may be used by different threads.
class ClassCounts {
 public:
  // Moves a class's count; removed and hidden rows are not counted. The count must not fall below 0.
  void Add(acl::ClassId id, int64_t delta) {
    if (!IsSearchable(id) || delta == 0) return;
    if (id.value() >= counts_.size()) counts_.Fill(counts_.size(), id.value() + 1 - counts_.size(), 0);
    counts_.Fill(id.value(), 1, counts_[id.value()] + static_cast<uint64_t>(delta));
    live_rows_ += static_cast<uint64_t>(delta);
    if (sums_->Note(version_++, id, delta)) return;
    sums_ = std::make_shared<AuthorizedSums>();
    version_ = 0;
  }

  uint64_t live_rows() const { return live_rows_; }

  // Costs the classes of an entitlement that was not asked for lately, and for others the steps since.
  uint64_t Authorized(const acl::Entitlement& entitlement) const {
    const bool remember = entitlement.classes().size() > kQuicklyAdded;
    if (remember) {
      if (const auto known = sums_->Find(entitlement, version_)) return *known;
    }
    uint64_t total = 0;
    for (const acl::ClassId id : entitlement.classes()) {
      if (id.value() >= counts_.size()) break;  // classes are sorted
      total += counts_[id.value()];
    }
    if (remember) sums_->Put(entitlement, version_, total);
    return total;
  }

 private:
  static constexpr size_t kQuicklyAdded = 64;

  CowArray<uint64_t, 1'024> counts_;  // by class
  uint64_t live_rows_ = 0;
  uint64_t version_ = 0;  // of sums_
  std::shared_ptr<AuthorizedSums> sums_ = std::make_shared<AuthorizedSums>();
};

}  // namespace usher::index

#endif  // USHER_INDEX_CLASS_MAP_H_
