// Sealed rows: those of a class lie one after another, sorted by cell, and classes near those that have most of their
// rows in the same cell. So a search reads runs of authorised classes, or the authorised pieces of near cells, and
// nothing else.
//
// A SealedSegment never changes. What may change later, the class of a row, lies beside it in a SegmentView: the class
// map, and the list of rows that left the run of their class. Thread-safety: a SealedSegment is immutable; a
// SegmentView is a value, see AppendLog.
#ifndef USHER_INDEX_SEGMENT_H_
#define USHER_INDEX_SEGMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "index/aligned_floats.h"
#include "index/append_log.h"
#include "index/cells.h"
#include "index/class_map.h"
#include "index/column.h"
#include "index/fields/field_index.h"
#include "index/graph.h"
#include "index/row_codes.h"
#include "index/row_flags.h"
#include "index/row_format.h"
#include "index/row_pointer.h"
#include "index/scanner.h"
#include "index/sign_codes.h"
#include "index/vector_index.h"

namespace usher::index {

// A row to be sealed. `vector` has the stride's values and must live until the segment is built.
struct SourceRow {
  RowPointer vector;
  RowKey key;
  acl::ClassId class_id;
};

// Rows [begin, end) had this class when they were sealed.
struct ClassRun {
  acl::ClassId class_id;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// What a segment is made of, but for what changes from one run of the server to the next: classes and fields.
struct SegmentArrays {
  struct Piece {
    uint32_t begin = 0;
    uint32_t end = 0;
  };

  size_t stride = 0;
  RowFormat row_format = RowFormat::kFloat32;
  Column<uint8_t> rows;  // of that format
  std::vector<RowKey> keys;
  std::vector<uint32_t> run_ends;          // ascending, the last is the number of rows
  std::unique_ptr<const RowCodes> codes;   // may be null
  std::unique_ptr<const SignCodes> signs;  // may be null
  std::unique_ptr<const Cells> cells;      // may be null; else the next two are of them
  std::vector<Piece> pieces;               // each within a run
  std::vector<uint32_t> piece_ends;
  Column<uint32_t> links;  // empty: no graph; else there are codes and cells
};

class SealedSegment {
 public:
  // Sorts the rows and builds what serves to search them. CANCELLED when `stop` said so. When FAISS fails the segment
  // is complete but has no graph: graph_status() says why.
  static absl::StatusOr<std::unique_ptr<SealedSegment>> Build(int dimension, std::vector<SourceRow> rows,
                                                              const IndexOptions& options,
                                                              const std::function<bool()>& stop);

  // Of arrays that a segment was made of before, with the classes that its runs have now: one a run, no searchable one
  // twice.
  static std::unique_ptr<SealedSegment> Assemble(SegmentArrays arrays, absl::Span<const acl::ClassId> classes);

  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  size_t stride() const { return stride_; }
  RowFormat row_format() const { return row_format_; }
  RowPointer row(uint32_t i) const { return RowPointer(row_format_, rows_.data()) + i * stride_; }
  const Column<uint8_t>& row_bytes() const { return rows_; }  // all rows, one after another
  const std::vector<RowKey>& keys() const { return keys_; }
  const RowCodes* codes() const { return codes_.get(); }
  const SignCodes* signs() const { return signs_.get(); }
  SealedRows rows() const { return {row(0), keys_.data(), codes_.get(), signs_.get()}; }
  const std::vector<ClassRun>& runs() const { return runs_; }  // by place, one a class, without gaps
  const ClassRun& run_of(uint32_t i) const;                    // i < size()
  size_t codes_width() const { return codes_ == nullptr ? 0 : codes_->width(); }
  const Cells* cells() const { return cells_.get(); }  // null in small segments
  // Rows of a cell, one piece a class, by place. Only with cells(); cell < cells()->size().
  absl::Span<const ClassRun> pieces(uint32_t cell) const;
  uint32_t cell_rows(uint32_t cell) const { return cell_rows_[cell]; }
  const Graph* graph() const { return graph_.get(); }  // null in small segments
  const fields::FieldIndex& fields() const { return fields_; }
  // Once, before anybody searches: without it the rows have no fields.
  void SetFields(fields::FieldIndex fields) { fields_ = std::move(fields); }
  const absl::Status& graph_status() const { return graph_status_; }

  // Calls `visit` with the runs of the entitlement's classes until it returns false. O(the fewer of runs and classes).
  void ForEachAuthorizedRun(const acl::Entitlement& entitlement, absl::FunctionRef<bool(const ClassRun&)> visit) const;

 private:
  struct PlacedRow;

  SealedSegment() = default;
  void Lay(const std::vector<PlacedRow>& rows);
  void IndexRuns();
  void LayPieces(const std::vector<PlacedRow>& rows);

  size_t stride_ = 0;
  RowFormat row_format_ = RowFormat::kFloat32;
  Column<uint8_t> rows_;
  std::unique_ptr<const RowCodes> codes_;   // null where they would not pay
  std::unique_ptr<const SignCodes> signs_;  // as codes_
  std::vector<RowKey> keys_;
  std::vector<ClassRun> runs_;
  std::vector<uint32_t> run_of_class_;  // by class: its place in runs_
  std::unique_ptr<const Cells> cells_;
  std::vector<ClassRun> pieces_;      // by cell, then by place
  std::vector<uint32_t> piece_ends_;  // by cell: where its pieces end
  std::vector<uint32_t> cell_rows_;   // by cell
  std::unique_ptr<const Graph> graph_;
  fields::FieldIndex fields_;
  absl::Status graph_status_;
};

// Rows, one after another, that have, or had, another class than their run.
struct MovedRows {
  uint32_t first = 0;
  uint32_t count = 0;
  acl::ClassId sealed_class;
};
using MovedLog = AppendLog<MovedRows, 256>;

// When a search of cells may end.
struct CellSearch {
  double authorized = 0;  // rows of the segment, about
  double may_miss = 0;    // rows that may be expected in the cells that are not visited
};

struct SegmentView {
  std::shared_ptr<const SealedSegment> sealed;
  ClassMap classes;   // current, one a row
  RowFlags reviewed;  // rows whose class is not, or was not always, that of their run
  MovedLog moved;     // each row at most once

  // Offers every authorised row exactly once. Errors as Scanner::Scan.
  absl::Status Scan(const acl::Entitlement& entitlement, Care care, Scanner* scanner) const;

  // Offers the rows that are set, all of which must be authorised by their current class. Errors as above.
  absl::Status ScanSome(const fields::RowBits& rows, Care care, Scanner* scanner) const;

  // Offers the authorised rows of near cells, until few enough of the best are to be expected among the others; all of
  // them where that does not come soon. Only with cells. Errors as Scanner::Scan.
  absl::Status ScanCells(const acl::Entitlement& entitlement, const CellSearch& search, Scanner* scanner) const;

  // Offers the authorised rows that a walk of this width along the graph comes to, which may be none. Only with a
  // graph. Errors as Scanner::Scan.
  absl::Status WalkGraph(const acl::Entitlement& entitlement, size_t width, SearchBudget* budget,
                         Scanner* scanner) const;

 private:
  class AuthorizedRows;

  // Some authorised rows of the nearest cells that have any.
  std::vector<uint32_t> FindEntries(const acl::Entitlement& entitlement, const QueryCode& query) const;
  // Adds the authorised rows that lie outside authorised runs, and ends the batch.
  absl::Status ScanMoved(const acl::Entitlement& entitlement, AuthorizedRows* rows) const;
  absl::Status VisitCell(const acl::Entitlement& entitlement, uint32_t cell, fields::RowBits* visited,
                         AuthorizedRows* rows) const;
  absl::Status ScanUnvisited(const acl::Entitlement& entitlement, const fields::RowBits& visited,
                             AuthorizedRows* rows) const;
  // How many rows of the ranked cells from `first` on, by the spread of their scores, score above the floor, whoever
  // may read them.
  double RowsExpectedAbove(float floor, absl::Span<const RankedCell> cells, size_t first) const;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEGMENT_H_
