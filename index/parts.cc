#include "index/parts.h"

#include <algorithm>
#include <utility>

namespace usher::index {
namespace {

std::vector<ClassMap::Change> ToClassChanges(absl::Span<const RowChange> changes) {
  std::vector<ClassMap::Change> result;
  result.reserve(changes.size());
  for (const RowChange& change : changes) result.push_back({change.row, change.to});
  return result;
}

uint64_t CountRemoved(absl::Span<const RowChange> changes) {
  return static_cast<uint64_t>(std::count_if(changes.begin(), changes.end(),
                                             [](const RowChange& change) { return change.to == acl::kNoClass; }));
}

}  // namespace

void HeadPart::Apply(absl::Span<const RowChange> changes) {
  rows.SetClasses(ToClassChanges(changes));
  live_rows -= CountRemoved(changes);
}

SegmentPart SegmentPart::Make(PartId id, std::shared_ptr<const SealedSegment> sealed,
                              absl::Span<const acl::ClassId> classes) {
  SegmentPart part;
  part.id = id;
  part.view.classes = ClassMap(classes);
  part.listed.resize(classes.size());
  std::vector<uint32_t> moved;
  std::vector<uint32_t> reviewed;
  for (const ClassRun& run : sealed->runs()) {
    for (uint32_t row = run.begin; row < run.end; ++row) {
      if (classes[row] != acl::kNoClass) ++part.live_rows;
      if (classes[row] != run.class_id) reviewed.push_back(row);
      if (IsSearchable(classes[row]) && classes[row] != run.class_id) moved.push_back(row);
    }
  }
  part.view.sealed = std::move(sealed);
  part.view.reviewed.Set(reviewed);
  part.List(moved);
  return part;
}

void SegmentPart::Apply(absl::Span<const RowChange> changes) {
  view.classes.Write(ToClassChanges(changes));
  live_rows -= CountRemoved(changes);
  std::vector<uint32_t> moved;
  std::vector<uint32_t> reviewed;
  for (const RowChange& change : changes) {
    reviewed.push_back(change.row);
    if (change.to == acl::kNoClass) {
      moved_rows -= listed[change.row] ? 1 : 0;
    } else if (IsSearchable(change.to) && !listed[change.row] &&
               change.to != view.sealed->run_of(change.row).class_id) {
      moved.push_back(change.row);
    }
  }
  view.reviewed.Set(reviewed);
  List(moved);
}

void SegmentPart::List(absl::Span<const uint32_t> rows) {
  for (size_t i = 0; i < rows.size();) {
    const ClassRun& run = view.sealed->run_of(rows[i]);
    const size_t begin = i;
    while (i < rows.size() && rows[i] == rows[begin] + (i - begin) && rows[i] < run.end) listed[rows[i++]] = true;
    view.moved.Append({rows[begin], static_cast<uint32_t>(i - begin), run.class_id});
  }
  moved_rows += rows.size();
}

}  // namespace usher::index
