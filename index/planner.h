// Chooses how to search, by what each way is expected to cost.
//
// Guarantee: a plan depends on exact counts, on the request and on the options only; kExact is never traded for less.
// Thread-safety: free functions.
#ifndef USHER_INDEX_PLANNER_H_
#define USHER_INDEX_PLANNER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "index/vector_index.h"

namespace usher::index {

enum class Path {
  kExact,  // all authorised rows, by codes with a proven bound
  kRuns,   // all authorised rows, by estimates
  kCells,  // the authorised rows of near cells, by estimates
  kGraph,  // a walk along the graph
};

// "exact", "runs", "cells" or "graph".
std::string_view NameOf(Path path);

struct PlanInput {
  SearchMode mode = SearchMode::kAutomatic;
  int k = 10;
  size_t stride = 0;             // floats a row
  uint64_t live_rows = 0;        // > 0
  uint64_t authorized_rows = 0;  // of live_rows, exact
  uint64_t head_rows = 0;        // not sealed yet: scanned on every path
  uint64_t cells = 0;            // of all segments
  uint64_t graph_rows = 0;       // sealed with a graph
};

struct Plan {
  Path path = Path::kExact;
  size_t width = 0;  // of the walk along the graph; 0 on other paths
  absl::Duration predicted = absl::ZeroDuration();
};

Plan MakePlan(const PlanInput& input, const IndexOptions& options);

}  // namespace usher::index

#endif  // USHER_INDEX_PLANNER_H_
