#include "index/planner.h"

#include <algorithm>
#include <cmath>

namespace usher::index {
namespace {

// Nanoseconds, whatever the path: the query is checked, copied and encoded, and the results are sorted.
constexpr double kSearchCost = 3'000;
// To walk over a row on the way to its codes, beyond reading them.
constexpr double kRowCost = 1.5;
// To rank a cell, and to look at its pieces, beyond reading its centre's code.
constexpr double kCellCost = 40;
// To go on from a row of the graph, beyond reading the codes of the rows it leads to.
constexpr double kHopCost = 3'000;

// Of the authorised rows, so many are read on the cell path: few where the query is among them, up to all where it is
// near what may not be read.
constexpr double kCellShare = 0.35;
constexpr double kMinWidth = 96;
constexpr double kWidthPerResult = 4;
constexpr double kMaxWidth = 2'048;
// Of the rows that a hop meets, so many are new to the walk.
constexpr double kNewRowsPerHop = 12;
// Where less is authorised the links lead nowhere even in two hops.
constexpr double kGraphMinSelectivity = 0.8;

double CodeBytes(const PlanInput& input) { return static_cast<double>(input.stride); }
double SignBytes(const PlanInput& input) { return static_cast<double>(input.stride) / 8 + 16; }

double Selectivity(const PlanInput& input) {
  return static_cast<double>(input.authorized_rows) / static_cast<double>(input.live_rows);
}

// Rows that are scored by bytes after `rows` were estimated: those near the best, as many as a normal spread leaves.
double RowsAfterEstimates(const PlanInput& input, double rows) {
  return std::min(rows, 64 + 4 * input.k + 6 * std::sqrt(rows));
}

double EstimatesCost(const PlanInput& input, const SearchCosts& costs, double rows) {
  return rows * (kRowCost + SignBytes(input) * costs.sign_byte) +
         RowsAfterEstimates(input, rows) * CodeBytes(input) * costs.far_code_byte;
}

double Cost(const PlanInput& input, const SearchCosts& costs, Path path, double width) {
  const double sealed_share = 1 - static_cast<double>(input.head_rows) / static_cast<double>(input.live_rows);
  const double rows = static_cast<double>(input.authorized_rows);
  const double in_heads = rows * (1 - sealed_share) * CodeBytes(input) * sizeof(float) * costs.float_byte;
  const double sealed = rows * sealed_share;
  switch (path) {
    case Path::kExact:
      return in_heads + sealed * (kRowCost + CodeBytes(input) * costs.code_byte);
    case Path::kRuns:
      return in_heads + EstimatesCost(input, costs, sealed);
    case Path::kCells:
      return in_heads + EstimatesCost(input, costs, sealed * kCellShare) +
             static_cast<double>(input.cells) * (kCellCost + CodeBytes(input) * costs.code_byte);
    case Path::kGraph:
      return in_heads + static_cast<double>(input.cells) * (kCellCost + CodeBytes(input) * costs.code_byte) +
             width * (kHopCost + kNewRowsPerHop * CodeBytes(input) * costs.far_code_byte);
  }
  return 0;
}

bool MayUse(const PlanInput& input, const PathLimits& limits, Path path, double width) {
  const uint64_t rows = input.authorized_rows;
  switch (path) {
    case Path::kExact:
      return true;
    case Path::kRuns:
      return rows >= limits.estimate_min_rows;
    case Path::kCells:
      return input.cells > 0 && rows >= limits.cell_min_rows && Selectivity(input) >= limits.cell_min_selectivity;
    case Path::kGraph:
      // What lies outside the graph is scanned besides; the graph must have most of it.
      return width <= kMaxWidth && input.graph_rows * 2 > input.live_rows && rows >= limits.graph_min_rows &&
             Selectivity(input) >= limits.graph_min_selectivity;
  }
  return false;
}

}  // namespace

std::string_view NameOf(Path path) {
  switch (path) {
    case Path::kExact:
      return "exact";
    case Path::kRuns:
      return "runs";
    case Path::kCells:
      return "cells";
    case Path::kGraph:
      return "graph";
  }
  return "";
}

Plan MakePlan(const PlanInput& input, const IndexOptions& options) {
  // A walk among fewer authorised rows needs more of them, to find as many ways on.
  const double width = std::ceil(std::max(kMinWidth, kWidthPerResult * input.k) / std::sqrt(Selectivity(input)));
  Plan best;
  double least = Cost(input, options.costs, Path::kExact, 0);
  if (input.mode == SearchMode::kAutomatic) {
    for (const Path path : {Path::kRuns, Path::kCells, Path::kGraph}) {
      if (!MayUse(input, options.limits, path, width)) continue;
      const double cost = Cost(input, options.costs, path, width);
      if (cost >= least) continue;
      least = cost;
      best = {.path = path, .width = path == Path::kGraph ? static_cast<size_t>(width) : 0};
    }
  }
  best.predicted = absl::Nanoseconds(kSearchCost + least);
  return best;
}

}  // namespace usher::index
