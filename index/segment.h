// Sealed rows: sorted by class, so that a search reads the runs of authorised classes and nothing else.
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
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "index/aligned_floats.h"
#include "index/append_log.h"
#include "index/class_map.h"
#include "index/faiss_graph.h"
#include "index/fields/field_index.h"
#include "index/row_codes.h"
#include "index/scanner.h"
#include "index/vector_index.h"

namespace usher::index {

// A row to be sealed. `vector` has the stride's floats and must live until the segment is built.
struct SourceRow {
  const float* vector = nullptr;
  RowKey key;
  acl::ClassId class_id;
};

// Rows [begin, end) had this class when they were sealed.
struct ClassRun {
  acl::ClassId class_id;
  uint32_t begin = 0;
  uint32_t end = 0;
};

class SealedSegment {
 public:
  // Sorts the rows by class, version, number and builds the graph. CANCELLED when `stop` said so. When FAISS fails the
  // segment is complete but has no graph: graph_status() says why.
  static absl::StatusOr<std::unique_ptr<SealedSegment>> Build(int dimension, std::vector<SourceRow> rows,
                                                              const std::function<bool()>& stop);

  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  size_t stride() const { return stride_; }
  const float* row(uint32_t i) const { return rows_.data() + i * stride_; }
  const std::vector<RowKey>& keys() const { return keys_; }
  const std::vector<ClassRun>& runs() const { return runs_; }  // by class, one each, without gaps
  const ClassRun& run_of(uint32_t i) const;                    // i < size()
  const RowCodes* codes() const { return codes_.get(); }       // null where they would not pay
  const fields::FieldIndex& fields() const { return fields_; }
  // Once, before anybody searches: without it the rows have no fields.
  void SetFields(fields::FieldIndex fields) { fields_ = std::move(fields); }
  const FaissGraph* graph() const { return graph_.get(); }  // may be null
  const absl::Status& graph_status() const { return graph_status_; }

  // Calls `visit` with the runs of the entitlement's classes until it returns false. O(the fewer of runs and classes),
  // but for a logarithm.
  void ForEachAuthorizedRun(const acl::Entitlement& entitlement, absl::FunctionRef<bool(const ClassRun&)> visit) const;

  // Rows in runs of the entitlement's classes; later changes of class are not seen.
  uint64_t AuthorizedWhenSealed(const acl::Entitlement& entitlement) const;

 private:
  SealedSegment() = default;

  size_t stride_ = 0;
  AlignedFloats rows_;
  std::unique_ptr<const RowCodes> codes_;
  std::vector<RowKey> keys_;
  std::vector<ClassRun> runs_;
  std::unique_ptr<FaissGraph> graph_;
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

struct SegmentView {
  std::shared_ptr<const SealedSegment> sealed;
  ClassMap classes;  // current, one a row
  MovedLog moved;    // each row at most once

  // Offers every authorised row exactly once. Errors as Scanner::Scan.
  absl::Status Scan(const acl::Entitlement& entitlement, Scanner* scanner) const;

  // Offers what the graph finds, at most k rows, all authorised. Returns the authorised rows seen. FAILED_PRECONDITION
  // without a graph, else as FaissGraph::Search.
  absl::StatusOr<uint64_t> SearchGraph(const float* query, int k, int ef, const acl::Entitlement& entitlement,
                                       TopK* best) const;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEGMENT_H_
