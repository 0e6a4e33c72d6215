// What kind of search it was, as far as its recall may depend on it: which share of the collection its asker may read,
// and by which path. Both come in a few steps, so that a figure for each stays a small table that names nobody.
//
// Thread-safety: values; free functions.
#ifndef USHER_SERVER_TELEMETRY_ACCESS_SHAPE_H_
#define USHER_SERVER_TELEMETRY_ACCESS_SHAPE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace usher::telemetry {

// Upper ends of the steps of the authorised share, as labels show them.
struct ShareStep {
  double most;
  std::string_view label;
};
inline constexpr std::array<ShareStep, 5> kShareSteps = {
    {{0.001, "0.001"}, {0.01, "0.01"}, {0.1, "0.1"}, {0.5, "0.5"}, {1, "1"}}};

// Paths whose results may lack some of the best; all others are exact.
inline constexpr std::array<std::string_view, 3> kApproximatePaths = {"runs", "cells", "graph"};

struct AccessShape {
  size_t share = 0;  // in kShareSteps
  size_t path = 0;   // in kApproximatePaths
};

// nullopt for a path that misses nothing. `authorized` of `live_rows` chunks could be found.
inline std::optional<AccessShape> ShapeOf(std::string_view path, uint64_t authorized, uint64_t live_rows) {
  const auto known = std::find(kApproximatePaths.begin(), kApproximatePaths.end(), path);
  if (known == kApproximatePaths.end()) return std::nullopt;
  AccessShape shape{kShareSteps.size() - 1, static_cast<size_t>(known - kApproximatePaths.begin())};
  const double allowed = static_cast<double>(authorized);
  while (shape.share > 0 && allowed <= kShareSteps[shape.share - 1].most * static_cast<double>(live_rows)) {
    --shape.share;
  }
  return shape;
}

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_ACCESS_SHAPE_H_
