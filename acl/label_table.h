// Interns the labels that the rules of one collection carry, so that an asker is held against each of them once.
//
// Non-guarantee: nothing is forgotten. Thread-safety: const methods may run concurrently with each other, not with
// Intern.
#ifndef USHER_ACL_LABEL_TABLE_H_
#define USHER_ACL_LABEL_TABLE_H_

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/container/btree_map.h"
#include "acl/asker.h"
#include "acl/id_bitmap.h"
#include "acl/ids.h"
#include "acl/policy.h"

namespace usher::acl {

// An interned label of one collection; dense from 0.
using LabelId = StrongId<struct LabelTag, uint32_t>;

class LabelTable {
 public:
  LabelId Intern(const Label& label);
  std::optional<LabelId> Find(const Label& label) const;
  // `id` must come from this table.
  const Label& Get(LabelId id) const { return labels_[id.value()]; }
  size_t size() const { return labels_.size(); }

  // The ids of the labels for which the clearance and the purpose are enough.
  IdBitmap SatisfiedBy(const Clearance& clearance, std::string_view purpose) const;

 private:
  struct Less {
    bool operator()(const Label& a, const Label& b) const {
      return std::tie(a.level, a.compartments, a.purposes) < std::tie(b.level, b.compartments, b.purposes);
    }
  };
  std::vector<Label> labels_;
  absl::btree_map<Label, LabelId, Less> ids_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_LABEL_TABLE_H_
