// Chooses which parts of an index to seal, merge or rewrite next.
//
// Guarantees: merging is size-tiered, so that a row is rewritten a number of times logarithmic in the size of the
// index; a job never takes more than kMaxMergedRows live rows of segments, which bounds its memory; when no more work
// is chosen, doing nothing is stable. Thread-safety: free function.
#ifndef USHER_INDEX_MERGE_POLICY_H_
#define USHER_INDEX_MERGE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/vector_index.h"

namespace usher::index {

inline constexpr uint64_t kMaxMergedRows = 512 * 1'024;

struct PartStats {
  bool sealed = false;
  bool open = false;  // a head that still takes rows; never chosen
  uint64_t rows = 0;  // with dead ones
  uint64_t live_rows = 0;
  uint64_t moved_rows = 0;  // of a sealed segment: rows outside the run of their class
};

// Indices of the parts to make one segment of; empty when there is nothing worth doing. To settle, all segments become
// one where the largest of them is not most of it already.
std::vector<size_t> ChooseMaintenance(absl::Span<const PartStats> parts, uint32_t seal_rows, Effort effort);

}  // namespace usher::index

#endif  // USHER_INDEX_MERGE_POLICY_H_
