// Chooses how to search: an exact scan of the authorised rows, or the graph.
//
// Guarantee: depends on exact counts and on the request only. Thread-safety: free functions.
#ifndef USHER_INDEX_PLANNER_H_
#define USHER_INDEX_PLANNER_H_

#include <cstdint>

#include "index/vector_index.h"

namespace usher::index {

struct PlanInput {
  SearchMode mode = SearchMode::kAutomatic;
  int k = 10;
  uint64_t live_rows = 0;
  uint64_t authorized_rows = 0;  // of live_rows, exact
  bool has_sealed_segment = false;
};

struct Plan {
  bool use_graph = false;
  int ef = 0;  // width of the graph search; 0 without graph
};

Plan MakePlan(const PlanInput& input, const IndexOptions& options);

// Whether a segment, under a plan that uses the graph, is searched by it: only where enough of its own rows are
// authorised, for permissions follow topics and so does the corpus's growth.
bool SegmentUsesGraph(uint64_t rows, uint64_t authorized_rows, const IndexOptions& options);

}  // namespace usher::index

#endif  // USHER_INDEX_PLANNER_H_
