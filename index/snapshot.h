// One moment of the index, and how it is searched. See IndexSnapshot. Thread-safety: immutable.
#ifndef USHER_INDEX_SNAPSHOT_H_
#define USHER_INDEX_SNAPSHOT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "acl/entitlement.h"
#include "index/class_map.h"
#include "index/head.h"
#include "index/planner.h"
#include "index/scanner.h"
#include "index/segment.h"
#include "index/vector_index.h"

namespace usher::index {

class Snapshot final : public IndexSnapshot {
 public:
  // All copies of the same moment.
  Snapshot(int dimension, const IndexOptions& options, std::vector<Head> heads, std::vector<SegmentView> segments,
           ClassCounts counts);

  absl::StatusOr<SearchResult> Search(const Query& query, const acl::Entitlement& entitlement) const override;
  uint64_t live_rows() const override { return counts_.live_rows(); }

 private:
  struct Attempt;  // one pass over the parts

  absl::Status Check(const Query& query) const;
  // snapshot_filtered.cc
  absl::StatusOr<SearchResult> SearchFiltered(const Query& query, const acl::Entitlement& entitlement,
                                              SearchBudget* budget) const;
  absl::Status ScanHeads(Scanner* scanner) const;
  absl::StatusOr<Attempt> SearchExact(const float* query, size_t limit, const acl::Entitlement& entitlement,
                                      SearchBudget* budget) const;
  absl::StatusOr<Attempt> SearchGraph(const float* query, size_t limit, int ef, const acl::Entitlement& entitlement,
                                      SearchBudget* budget) const;

  int dimension_;
  IndexOptions options_;
  std::vector<Head> heads_;
  std::vector<SegmentView> segments_;
  ClassCounts counts_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SNAPSHOT_H_
