#include "index/seal_job.h"

#include <algorithm>
#include <utility>

#include "index/seal_fields.h"

namespace usher::index {
namespace {

void AppendLiveRows(const Head& head, std::vector<SourceRow>* rows) {
  for (uint32_t i = 0; i < head.size(); ++i) {
    if (head.class_of(i) != acl::kNoClass) rows->push_back({head.row(i), head.key(i), head.class_of(i)});
  }
}

void AppendLiveRows(const SegmentView& view, std::vector<SourceRow>* rows) {
  for (uint32_t i = 0; i < view.sealed->size(); ++i) {
    const acl::ClassId class_id = view.classes[i];
    if (class_id != acl::kNoClass) rows->push_back({view.sealed->row(i), view.sealed->keys()[i], class_id});
  }
}

struct KeyedRange {
  RowKey first;
  RowRange rows;
};

// The segment's rows as ranges of chunks that follow each other, by version and number.
std::vector<KeyedRange> FindRanges(const SealedSegment& segment) {
  std::vector<KeyedRange> ranges;
  for (uint32_t i = 0; i < segment.size(); ++i) {
    const RowKey& key = segment.keys()[i];
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

void SealJob::Capture(PartId id, const Head& head) {
  inputs_.push_back(id);
  heads_.push_back(head);
}

void SealJob::Capture(PartId id, const SegmentView& segment) {
  inputs_.push_back(id);
  segments_.push_back(segment);
}

bool SealJob::Run(const std::function<bool()>& stop) {
  std::vector<SourceRow> rows;
  for (const Head& head : heads_) AppendLiveRows(head, &rows);
  for (const SegmentView& view : segments_) AppendLiveRows(view, &rows);
  if (!rows.empty()) {
    auto segment = SealedSegment::Build(dimension_, std::move(rows), options_, stop);
    if (!segment.ok()) return false;
    (*segment)->SetFields(GatherFields((*segment)->keys(), heads_, segments_));
    segment_ = *std::move(segment);
    FindVersions();
  }
  finished_ = true;
  return true;
}

void SealJob::FindVersions() {
  for (const KeyedRange& range : FindRanges(*segment_)) {
    if (versions_.empty() || versions_.back() != range.first.version) {
      versions_.push_back(range.first.version);
      range_ends_.push_back(ranges_.size());
    }
    ranges_.push_back(range.rows);
    range_ends_.back() = ranges_.size();
  }
}

void SealJob::ForEachVersion(absl::FunctionRef<void(const VersionRows&)> visit) const {
  size_t begin = 0;
  for (size_t i = 0; i < versions_.size(); ++i) {
    visit({versions_[i], absl::MakeConstSpan(ranges_).subspan(begin, range_ends_[i] - begin)});
    begin = range_ends_[i];
  }
}

}  // namespace usher::index
