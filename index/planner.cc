#include "index/planner.h"

#include <algorithm>
#include <cmath>

#include "index/faiss_graph.h"

namespace usher::index {
namespace {
constexpr double kMinEf = 64;
constexpr double kEfPerResult = 2;
}  // namespace

Plan MakePlan(const PlanInput& input, const IndexOptions& options) {
  if (input.mode == SearchMode::kExact || !input.has_sealed_segment || input.authorized_rows == 0) return {};
  if (input.authorized_rows < options.graph_min_authorized) return {};
  const double selectivity = static_cast<double>(input.authorized_rows) / static_cast<double>(input.live_rows);
  if (selectivity < options.graph_min_selectivity) return {};
  // Forbidden rows take places in the graph's queue, so it is widened by their share.
  const double ef = std::ceil(std::max(kMinEf, kEfPerResult * input.k) / selectivity);
  if (ef > FaissGraph::kMaxEf) return {};
  return {.use_graph = true, .ef = static_cast<int>(ef)};
}

bool SegmentUsesGraph(uint64_t rows, uint64_t authorized_rows, const IndexOptions& options) {
  return rows > 0 && static_cast<double>(authorized_rows) >= options.graph_min_selectivity * static_cast<double>(rows);
}

}  // namespace usher::index
