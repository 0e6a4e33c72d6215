// The parts of an index as its writer keeps them: rows and their current classes, with what the merge policy asks for.
//
// Thread-safety: none; the copies of `rows` and `view` that snapshots take are safe, see Head and SegmentView.
#ifndef USHER_INDEX_PARTS_H_
#define USHER_INDEX_PARTS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/head.h"
#include "index/row_places.h"
#include "index/segment.h"

namespace usher::index {

struct RowChange {
  uint32_t row = 0;
  acl::ClassId from;
  acl::ClassId to;
};

struct HeadPart {
  PartId id;
  Head rows;
  uint64_t live_rows = 0;  // not removed; hidden rows live

  // `changes`: by row, each row once, `from` its class now.
  void Apply(absl::Span<const RowChange> changes);
};

struct SegmentPart {
  PartId id;
  SegmentView view;
  uint64_t live_rows = 0;    // not removed; hidden rows live
  uint64_t moved_rows = 0;   // live rows listed in view.moved
  std::vector<bool> listed;  // by row: is in view.moved, once and for all

  // `classes`: one a row of the segment, as of now. All rows that left their run are listed.
  static SegmentPart Make(PartId id, std::shared_ptr<const SealedSegment> sealed,
                          absl::Span<const acl::ClassId> classes);

  // As HeadPart::Apply.
  void Apply(absl::Span<const RowChange> changes);

 private:
  void List(absl::Span<const uint32_t> rows);
};

}  // namespace usher::index

#endif  // USHER_INDEX_PARTS_H_
