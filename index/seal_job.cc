#include "index/seal_job.h"

#include <utility>

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

// The chunks of a version share a class, so they lie together in a segment sorted by class and key.
std::vector<VersionRows> FindVersions(const SealedSegment& segment) {
  std::vector<VersionRows> versions;
  for (const ClassRun& run : segment.runs()) {
    for (uint32_t i = run.begin; i < run.end; ++i) {
      const acl::DocumentVersion version = segment.keys()[i].version;
      if (i == run.begin || versions.back().version != version) versions.push_back({version, i, 0, run.class_id});
      ++versions.back().count;
    }
  }
  return versions;
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
    auto segment = SealedSegment::Build(dimension_, std::move(rows), stop);
    if (!segment.ok()) return false;
    segment_ = *std::move(segment);
    versions_ = FindVersions(*segment_);
  }
  finished_ = true;
  return true;
}

}  // namespace usher::index
