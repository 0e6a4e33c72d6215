#include "index/seal_fields.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace usher::index {
namespace {

using Places = absl::flat_hash_map<RowKey, uint32_t>;

bool HasFields(const Head& head) { return !head.fields().empty(); }
bool HasFields(const SegmentView& view) { return !view.sealed->fields().empty(); }

// A row that is dead here may have the key of one that lives elsewhere.
uint32_t PlaceOf(const Places& places, acl::ClassId class_id, const RowKey& key) {
  if (class_id == acl::kNoClass) return fields::FieldIndexBuilder::kDropped;
  const auto place = places.find(key);
  return place == places.end() ? fields::FieldIndexBuilder::kDropped : place->second;
}

void AddHead(const Head& head, const Places& places, fields::FieldIndexBuilder& builder) {
  head.fields().ForEach([&](uint32_t first, uint32_t count, const fields::FieldSet& set) {
    for (uint32_t row = first; row < first + count; ++row) {
      const uint32_t place = PlaceOf(places, head.class_of(row), head.key(row));
      if (place != fields::FieldIndexBuilder::kDropped) builder.Add(place, set);
    }
  });
}

void AddSegment(const SegmentView& view, const Places& places, fields::FieldIndexBuilder& builder) {
  std::vector<uint32_t> rows;
  rows.reserve(view.sealed->size());
  for (uint32_t row = 0; row < view.sealed->size(); ++row) {
    rows.push_back(PlaceOf(places, view.classes[row], view.sealed->keys()[row]));
  }
  builder.Carry(view.sealed->fields(), rows);
}

}  // namespace

fields::FieldIndex GatherFields(absl::Span<const RowKey> keys, absl::Span<const Head> heads,
                                absl::Span<const SegmentView> segments) {
  const auto rows = static_cast<uint32_t>(keys.size());
  const bool any = std::any_of(heads.begin(), heads.end(), [](const Head& head) { return HasFields(head); }) ||
                   std::any_of(segments.begin(), segments.end(), [](const SegmentView& v) { return HasFields(v); });
  if (!any) return fields::FieldIndex(rows);
  Places places;
  places.reserve(rows);
  for (uint32_t row = 0; row < rows; ++row) places.emplace(keys[row], row);
  fields::FieldIndexBuilder builder(rows);
  for (const Head& head : heads) AddHead(head, places, builder);
  for (const SegmentView& view : segments) {
    if (HasFields(view)) AddSegment(view, places, builder);
  }
  return std::move(builder).Build();
}

}  // namespace usher::index
