#include "index/row_places.h"

#include <limits>

namespace usher::index {
namespace {
constexpr uint32_t kScattered = std::numeric_limits<uint32_t>::max();
}  // namespace

std::optional<PlacedRows> RowPlaces::Find(acl::DocumentVersion version) const {
  const auto found = places_.find(version);
  if (found == places_.end()) return std::nullopt;
  const Place& place = found->second;
  if (place.rows.first != kScattered) return PlacedRows{place.part, place.rows.count, {&place.rows, 1}};
  return PlacedRows{place.part, place.rows.count, scattered_.at(version)};
}

void RowPlaces::Set(acl::DocumentVersion version, PartId part, absl::Span<const RowRange> ranges) {
  if (ranges.size() == 1) {
    places_[version] = {part, ranges.front()};
    scattered_.erase(version);
    return;
  }
  uint32_t count = 0;
  for (const RowRange& range : ranges) count += range.count;
  places_[version] = {part, {kScattered, count}};
  scattered_[version].assign(ranges.begin(), ranges.end());
}

void RowPlaces::Erase(acl::DocumentVersion version) {
  places_.erase(version);
  scattered_.erase(version);
}

}  // namespace usher::index
