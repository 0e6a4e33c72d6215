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
  struct Task {
    const float* query;  // padded to the stride
    size_t limit;        // candidates wanted; as many are authorised
    uint64_t authorized;
    Plan plan;
    const acl::Entitlement& entitlement;
    SearchBudget* budget;
  };

  absl::Status Check(const Query& query) const;
  PlanInput InputFor(const Query& query, uint64_t authorized) const;
  // Fewer candidates than wanted only on the graph's path.
  absl::StatusOr<SearchResult> Run(const Task& task) const;
  absl::Status RunSegment(const Task& task, const SegmentView& segment, Scanner* scanner) const;
  // snapshot_filtered.cc
  absl::StatusOr<SearchResult> SearchFiltered(const Query& query, const acl::Entitlement& entitlement,
                                              SearchBudget* budget) const;
  absl::Status ScanHeads(Scanner* scanner) const;

  int dimension_;
  IndexOptions options_;
  std::vector<Head> heads_;
  std::vector<SegmentView> segments_;
  ClassCounts counts_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SNAPSHOT_H_
