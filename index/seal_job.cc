#include "index/seal_job.h"

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
    versions_ = VersionTable(segment_->keys());
  }
  finished_ = true;
  return true;
}

}  // namespace usher::index
