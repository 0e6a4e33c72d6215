// Making a segment of arrays that were made before.
#include <utility>

#include "index/segment.h"

namespace usher::index {

std::unique_ptr<SealedSegment> SealedSegment::Assemble(SegmentArrays arrays, absl::Span<const acl::ClassId> classes) {
  std::unique_ptr<SealedSegment> segment(new SealedSegment());
  segment->stride_ = arrays.stride;
  segment->row_format_ = arrays.row_format;
  segment->rows_ = std::move(arrays.rows);
  segment->keys_ = std::move(arrays.keys);
  segment->codes_ = std::move(arrays.codes);
  segment->signs_ = std::move(arrays.signs);
  segment->cells_ = std::move(arrays.cells);
  segment->piece_ends_ = std::move(arrays.piece_ends);
  segment->fields_ = fields::FieldIndex(segment->size());
  uint32_t begin = 0;
  for (size_t run = 0; run < arrays.run_ends.size(); begin = arrays.run_ends[run++]) {
    segment->runs_.push_back({classes[run], begin, arrays.run_ends[run]});
  }
  segment->IndexRuns();
  for (const SegmentArrays::Piece& piece : arrays.pieces) {
    segment->pieces_.push_back({segment->run_of(piece.begin).class_id, piece.begin, piece.end});
  }
  if (segment->cells_ != nullptr) {
    for (uint32_t cell = 0; cell < segment->cells_->size(); ++cell) {
      uint32_t rows = 0;
      for (const ClassRun& piece : segment->pieces(cell)) rows += piece.end - piece.begin;
      segment->cell_rows_.push_back(rows);
    }
  }
  if (!arrays.links.empty()) {
    segment->graph_ = std::make_unique<const Graph>(segment->codes_.get(), std::move(arrays.links));
  }
  return segment;
}

}  // namespace usher::index
