// Options under which searches of small indexes take the path a test is about.
#ifndef USHER_TESTS_INDEX_PREFER_PATH_H_
#define USHER_TESTS_INDEX_PREFER_PATH_H_

#include <cstdint>
#include <limits>

#include "index/planner.h"
#include "index/vector_index.h"

namespace usher::index::testing {

// The path is taken wherever it can be, whatever it costs.
inline IndexOptions Prefer(Path path, uint32_t seal_rows) {
  constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();
  IndexOptions options;
  options.seal_rows = seal_rows;
  options.cell_segment_rows = 2;
  options.graph_segment_rows = 2;
  options.limits = {.estimate_min_rows = path == Path::kRuns ? 1 : kNever,
                    .cell_min_rows = path == Path::kCells ? 1 : kNever,
                    .cell_min_selectivity = 0,
                    .graph_min_rows = path == Path::kGraph ? 1 : kNever,
                    .graph_min_selectivity = 0};
  // Only an exact scan pays these.
  options.costs = {.code_byte = 1e6, .sign_byte = 0, .float_byte = 0, .far_code_byte = 0};
  return options;
}

}  // namespace usher::index::testing

#endif  // USHER_TESTS_INDEX_PREFER_PATH_H_
