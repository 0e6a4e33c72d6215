#include "index/merge_policy.h"

#include <algorithm>
#include <map>

namespace usher::index {
namespace {

constexpr size_t kMergeWidth = 4;
// A segment is rewritten when more than one row in this many is dead or moved.
constexpr uint64_t kRewriteShare = 2;

// Segments of one tier differ in size by less than kMergeWidth.
int Tier(uint64_t rows, uint32_t seal_rows) {
  int tier = 0;
  for (uint64_t limit = uint64_t{seal_rows} * kMergeWidth; limit <= rows; limit *= kMergeWidth) ++tier;
  return tier;
}

// All segments, when that makes one that a single job may make, and at least one row in this many is not in the
// largest.
constexpr uint64_t kSettleShare = 8;

std::vector<size_t> ChooseAllSegments(absl::Span<const PartStats> parts) {
  std::vector<size_t> members;
  uint64_t rows = 0;
  uint64_t largest = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].sealed) continue;
    members.push_back(i);
    rows += parts[i].live_rows;
    largest = std::max(largest, parts[i].live_rows);
  }
  const bool worth = members.size() > 1 && rows <= kMaxMergedRows && (rows - largest) * kSettleShare >= rows;
  return worth ? members : std::vector<size_t>();
}

bool WorthRewriting(const PartStats& part) {
  return part.sealed && (part.rows - part.live_rows + part.moved_rows) * kRewriteShare > part.rows;
}

}  // namespace

std::vector<size_t> ChooseMaintenance(absl::Span<const PartStats> parts, uint32_t seal_rows, Effort effort) {
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].sealed && !parts[i].open) return {i};
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (WorthRewriting(parts[i])) return {i};
  }
  std::map<int, std::vector<size_t>> tiers;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].sealed) tiers[Tier(parts[i].live_rows, std::max(seal_rows, uint32_t{1}))].push_back(i);
  }
  for (auto& [tier, members] : tiers) {
    if (members.size() < kMergeWidth) continue;
    std::sort(members.begin(), members.end(),
              [&](size_t a, size_t b) { return parts[a].live_rows < parts[b].live_rows; });
    members.resize(kMergeWidth);
    uint64_t rows = 0;
    for (const size_t i : members) rows += parts[i].live_rows;
    if (rows <= kMaxMergedRows) return members;
  }
  return effort == Effort::kSettle ? ChooseAllSegments(parts) : std::vector<size_t>();
}

}  // namespace usher::index
