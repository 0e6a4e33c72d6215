// What one asker may read of one collection: a set of classes, valid at one state of the rules.
//
// Guarantees: immutable; `Contains` is bounds-checked, so that a class interned later, or kNoClass, is never contained.
// Thread-safety: immutable.
#ifndef USHER_ACL_ENTITLEMENT_H_
#define USHER_ACL_ENTITLEMENT_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/id_bitmap.h"
#include "acl/ids.h"

namespace usher::acl {

class Entitlement {
 public:
  // Nobody's: contains nothing, for ever.
  Entitlement() = default;

  // `classes`: sorted, unique; kNoClass is left out. `valid_until`: first instant at which a rule that matters begins
  // or ends.
  Entitlement(std::vector<ClassId> classes, absl::Time valid_until);
  // The same of a set that holds no kNoClass.
  Entitlement(IdBitmap classes, absl::Time valid_until);

  // This one with more classes, in any order, and another end.
  Entitlement With(absl::Span<const ClassId> more, absl::Time valid_until) const;

  bool Contains(ClassId id) const { return bits_.Contains(id.value()); }
  const std::vector<ClassId>& classes() const { return classes_; }
  absl::Time valid_until() const { return valid_until_; }
  // The same for copies of one entitlement, and for no other entitlement of this process that holds a class.
  uint64_t identity() const { return identity_; }

  // What it holds in memory.
  size_t bytes() const;

 private:
  std::vector<ClassId> classes_;
  IdBitmap bits_;
  absl::Time valid_until_ = absl::InfiniteFuture();
  uint64_t identity_ = 0;
};

}  // namespace usher::acl

#endif  // USHER_ACL_ENTITLEMENT_H_
