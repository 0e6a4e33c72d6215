// Scores rows against one query, reading only rows whose current class the entitlement contains. One search; not
// thread-safe.
#ifndef USHER_INDEX_SCANNER_H_
#define USHER_INDEX_SCANNER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "index/row_codes.h"
#include "index/search_budget.h"
#include "index/shortlist.h"
#include "index/top_k.h"
#include "index/vector_index.h"

namespace usher::index {

// Rows that lie one after another in memory, `stride` floats each; keys and classes belong to the rows one to one.
struct RowPiece {
  const float* rows = nullptr;
  const RowCodes* codes = nullptr;  // null: the rows have none
  size_t first_code = 0;            // of the first row
  const RowKey* keys = nullptr;
  absl::Span<const acl::ClassId> classes;
};

class Scanner {
 public:
  // `query`: `stride` floats, padded with zeros. All arguments must outlive the scanner, as scanned rows must until
  // Finish.
  Scanner(const float* query, size_t stride, const acl::Entitlement& entitlement, SearchBudget* budget, TopK* best);

  // DEADLINE_EXCEEDED or CANCELLED; what was offered so far stays offered.
  absl::Status Scan(const RowPiece& piece);

  // Once everything was scanned: until then `best` may lack rows that their codes only put on a short list.
  void Finish() { shortlist_.Flush(); }

  // Rows whose score was computed, in full or by their codes.
  uint64_t scanned() const { return scanned_; }

 private:
  bool Allowed(acl::ClassId id);
  void ScanBatch(const RowPiece& piece, size_t begin, size_t end);
  void ScanRun(const RowPiece& piece, size_t begin, size_t end);

  const float* query_;
  const QueryCode query_code_;
  size_t stride_;
  const acl::Entitlement& entitlement_;
  SearchBudget* budget_;
  TopK* best_;
  Shortlist shortlist_;
  acl::ClassId last_class_ = acl::kNoClass;  // neighbours mostly share a class
  bool last_allowed_ = false;
  uint64_t scanned_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SCANNER_H_
