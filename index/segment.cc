#include "index/segment.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "index/faiss_graph.h"

namespace usher::index {
namespace {

// Looking up the run of a class costs about this many steps of a walk along all runs.
constexpr size_t kLookupCost = 4;
constexpr uint32_t kNoRun = UINT32_MAX;

}  // namespace

// A row with where it is to lie.
struct SealedSegment::PlacedRow {
  uint32_t home = 0;  // the cell that has most rows of its class
  uint32_t cell = 0;
  SourceRow row;
};

namespace {

// Sets `home` of each row, for its class. `rows`: sorted by class.
template <typename PlacedRow>
void FindHomes(std::vector<PlacedRow>* rows) {
  absl::flat_hash_map<uint32_t, uint32_t> counts;
  for (auto begin = rows->begin(); begin != rows->end();) {
    const acl::ClassId class_id = begin->row.class_id;
    const auto end =
        std::find_if(begin, rows->end(), [&](const auto& placed) { return placed.row.class_id != class_id; });
    counts.clear();
    uint32_t home = begin->cell;
    for (auto row = begin; row != end; ++row) {
      if (++counts[row->cell] > counts[home]) home = row->cell;
    }
    for (; begin != end; ++begin) begin->home = home;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<SealedSegment>> SealedSegment::Build(int dimension, std::vector<SourceRow> rows,
                                                                    const IndexOptions& options,
                                                                    const std::function<bool()>& stop) {
  std::unique_ptr<SealedSegment> segment(new SealedSegment());
  segment->stride_ = RowStride(dimension);
  segment->row_format_ = options.row_format;
  // What is learnt of the rows must not depend on the order in which they came.
  std::sort(rows.begin(), rows.end(), [](const SourceRow& a, const SourceRow& b) {
    return std::tie(a.class_id, a.key) < std::tie(b.class_id, b.key);
  });
  segment->fields_ = fields::FieldIndex(static_cast<uint32_t>(rows.size()));
  std::vector<uint32_t> cell_of(rows.size());
  if (rows.size() >= options.cell_segment_rows && Cells::Pay(rows.size(), segment->stride_)) {
    std::vector<RowPointer> vectors;
    vectors.reserve(rows.size());
    for (const SourceRow& row : rows) vectors.push_back(row.vector);
    auto cells = Cells::Train(vectors, segment->stride_, stop, &cell_of);
    if (!cells.ok()) return cells.status();
    segment->cells_ = *std::move(cells);
  }
  std::vector<PlacedRow> placed;
  placed.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) placed.push_back({0, cell_of[i], rows[i]});
  FindHomes(&placed);
  std::sort(placed.begin(), placed.end(), [](const PlacedRow& a, const PlacedRow& b) {
    return std::tie(a.home, a.row.class_id, a.cell, a.row.key) < std::tie(b.home, b.row.class_id, b.cell, b.row.key);
  });
  segment->Lay(placed);
  if (segment->cells_ != nullptr) segment->LayPieces(placed);
  if (stop && stop()) return absl::CancelledError("sealing was told to stop");
  if (RowCodes::Pay(segment->stride_)) {
    segment->codes_ = std::make_unique<RowCodes>(segment->row(0), rows.size(), segment->stride_);
  }
  if (SignCodes::Pay(segment->stride_)) {
    segment->signs_ = std::make_unique<SignCodes>(segment->row(0), rows.size(), segment->stride_);
  }
  const bool linked = options.graph_segment_rows > 0 && rows.size() >= options.graph_segment_rows;
  if (!linked || segment->cells_ == nullptr) return segment;
  auto links = LinkRows(*segment->codes_, segment->size(), stop);
  if (absl::IsCancelled(links.status())) return links.status();
  segment->graph_status_ = links.status();
  if (links.ok()) segment->graph_ = std::make_unique<const Graph>(segment->codes_.get(), *std::move(links));
  return segment;
}

void SealedSegment::Lay(const std::vector<PlacedRow>& rows) {
  const size_t row_bytes = stride_ * BytesPerValue(row_format_);
  AlignedBytes bytes(rows.size() * row_bytes);
  keys_.reserve(rows.size());
  for (uint32_t i = 0; i < rows.size(); ++i) {
    const SourceRow& row = rows[i].row;
    row.vector.CopyTo(stride_, row_format_, bytes.data() + i * row_bytes);
    keys_.push_back(row.key);
    if (i == 0 || row.class_id != rows[i - 1].row.class_id) runs_.push_back({row.class_id, i, i});
    runs_.back().end = i + 1;
  }
  rows_ = Column<uint8_t>(std::move(bytes), rows.size() * row_bytes);
  IndexRuns();
}

void SealedSegment::IndexRuns() {
  for (uint32_t run = 0; run < runs_.size(); ++run) {
    const uint32_t id = runs_[run].class_id.value();
    if (!IsSearchable(runs_[run].class_id)) continue;
    if (id >= run_of_class_.size()) run_of_class_.resize(id + 1, kNoRun);
    run_of_class_[id] = run;
  }
}

void SealedSegment::LayPieces(const std::vector<PlacedRow>& rows) {
  std::vector<std::vector<ClassRun>> of_cell(cells_->size());
  cell_rows_.resize(cells_->size());
  for (uint32_t i = 0; i < rows.size(); ++i) {
    std::vector<ClassRun>& pieces = of_cell[rows[i].cell];
    if (pieces.empty() || pieces.back().end != i || pieces.back().class_id != rows[i].row.class_id) {
      pieces.push_back({rows[i].row.class_id, i, i});
    }
    pieces.back().end = i + 1;
    ++cell_rows_[rows[i].cell];
  }
  for (const std::vector<ClassRun>& pieces : of_cell) {
    pieces_.insert(pieces_.end(), pieces.begin(), pieces.end());
    piece_ends_.push_back(static_cast<uint32_t>(pieces_.size()));
  }
}

const ClassRun& SealedSegment::run_of(uint32_t i) const {
  return *std::partition_point(runs_.begin(), runs_.end(), [i](const ClassRun& run) { return run.end <= i; });
}

absl::Span<const ClassRun> SealedSegment::pieces(uint32_t cell) const {
  const uint32_t begin = cell == 0 ? 0 : piece_ends_[cell - 1];
  return absl::MakeConstSpan(pieces_).subspan(begin, piece_ends_[cell] - begin);
}

void SealedSegment::ForEachAuthorizedRun(const acl::Entitlement& entitlement,
                                         absl::FunctionRef<bool(const ClassRun&)> visit) const {
  if (entitlement.classes().size() * kLookupCost > runs_.size()) {
    for (const ClassRun& run : runs_) {
      if (MayRead(entitlement, run.class_id) && !visit(run)) return;
    }
    return;
  }
  for (const acl::ClassId id : entitlement.classes()) {
    if (id.value() >= run_of_class_.size()) return;  // classes are sorted
    const uint32_t run = run_of_class_[id.value()];
    if (run != kNoRun && MayRead(entitlement, id) && !visit(runs_[run])) return;
  }
}

}  // namespace usher::index
