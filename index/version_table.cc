#include "index/version_table.h"

#include <algorithm>
#include <cstdint>

namespace usher::index {
namespace {

struct KeyedRange {
  RowKey first;
  RowRange rows;
};

// The segment's rows as ranges of chunks that follow each other, by version and number.
std::vector<KeyedRange> FindRanges(absl::Span<const RowKey> keys) {
  std::vector<KeyedRange> ranges;
  for (uint32_t i = 0; i < keys.size(); ++i) {
    const RowKey& key = keys[i];
    if (!ranges.empty()) {
      KeyedRange& last = ranges.back();
      if (last.first.version == key.version && last.first.number + last.rows.count == key.number) {
        ++last.rows.count;
        continue;
      }
    }
    ranges.push_back({key, {i, 1}});
  }
  std::sort(ranges.begin(), ranges.end(), [](const KeyedRange& a, const KeyedRange& b) { return a.first < b.first; });
  return ranges;
}

}  // namespace

VersionTable::VersionTable(absl::Span<const RowKey> keys) {
  const std::vector<KeyedRange> found = FindRanges(keys);
  ranges_.reserve(found.size());
  for (const KeyedRange& range : found) {
    if (versions_.empty() || versions_.back() != range.first.version) {
      versions_.push_back(range.first.version);
      range_ends_.push_back(ranges_.size());
    }
    ranges_.push_back(range.rows);
    range_ends_.back() = ranges_.size();
  }
}

VersionRows VersionTable::operator[](size_t i) const {
  const size_t begin = i == 0 ? 0 : range_ends_[i - 1];
  return {versions_[i], absl::MakeConstSpan(ranges_).subspan(begin, range_ends_[i] - begin)};
}

void VersionTable::ForEach(absl::FunctionRef<void(const VersionRows&)> visit) const {
  for (size_t i = 0; i < size(); ++i) visit((*this)[i]);
}

}  // namespace usher::index
