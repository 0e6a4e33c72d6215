// Where the rows of every version lie: in one part of the index, in as few ranges as the part's order allows.
//
// Guarantee: a version whose rows lie one after another, as all rows of one class do, costs one entry of 24 bytes in a
// hash table; only others have a list of ranges. Says nothing of classes: those lie beside the rows, in the part.
// Thread-safety: a plain value.
#ifndef USHER_INDEX_ROW_PLACES_H_
#define USHER_INDEX_ROW_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "acl/ids.h"

namespace usher::index {

// Names a head or a segment of one index; never reused.
using PartId = acl::StrongId<struct PartTag, uint64_t>;

// Rows [first, first + count) of a part. They hold chunks with numbers that follow each other.
struct RowRange {
  uint32_t first = 0;
  uint32_t count = 0;
};

struct PlacedRows {
  PartId part;
  uint32_t count = 0;                 // the version's chunks
  absl::Span<const RowRange> ranges;  // in the order of the chunks' numbers; valid until RowPlaces changes
};

class RowPlaces {
 public:
  std::optional<PlacedRows> Find(acl::DocumentVersion version) const;

  // Replaces what was known of the version. `ranges`: in the order of the chunks' numbers, as few as there can be, at
  // least one.
  void Set(acl::DocumentVersion version, PartId part, absl::Span<const RowRange> ranges);
  void Erase(acl::DocumentVersion version);

 private:
  // The ranges of a version with more than one are in scattered_; `rows.first` is then kScattered.
  struct Place {
    PartId part;
    RowRange rows;
  };

  absl::flat_hash_map<acl::DocumentVersion, Place> places_;
  absl::flat_hash_map<acl::DocumentVersion, std::vector<RowRange>> scattered_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_PLACES_H_
