// Scores rows against one query and keeps the best. One search; not thread-safe.
#ifndef USHER_INDEX_SCANNER_H_
#define USHER_INDEX_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "index/estimate_list.h"
#include "index/row_codes.h"
#include "index/row_pointer.h"
#include "index/search_budget.h"
#include "index/shortlist.h"
#include "index/sign_codes.h"
#include "index/top_k.h"
#include "index/vector_index.h"

namespace usher::index {

// Rows that lie one after another in memory, `stride` floats each; keys and classes belong to the rows one to one.
struct RowPiece {
  const float* rows = nullptr;
  const RowKey* keys = nullptr;
  absl::Span<const acl::ClassId> classes;
};

// All rows of a sealed segment, in whichever format it keeps them.
struct SealedRows {
  RowPointer rows;
  const RowKey* keys = nullptr;
  const RowCodes* codes = nullptr;   // null: there are none
  const SignCodes* signs = nullptr;  // null: there are none
};

class Scanner {
 public:
  // `query`: `stride` floats, padded with zeros. All arguments must outlive the scanner, as scanned rows must until
  // Finish.
  Scanner(const float* query, size_t stride, const acl::Entitlement& entitlement, SearchBudget* budget, TopK* best);

  // Scores the rows of the piece whose class the entitlement contains. DEADLINE_EXCEEDED or CANCELLED; what was offered
  // so far stays offered.
  absl::Status Scan(const RowPiece& piece);

  // Starts on another segment; kLikely where it has the codes for it. Until EndSegment only its rows may be scanned.
  void BeginSegment(const SealedRows& segment, Care care);
  // Scores rows of the segment, all of which must be authorised. Errors as above.
  absl::Status ScanSealed(absl::Span<const uint32_t> ids);
  // Scores what looks best so far, so that floor() says what is needed to be among the best.
  void RaiseFloor();
  void EndSegment();

  // Once everything was scanned: until then `best` may lack rows that their codes only put on a short list.
  void Finish() { shortlist_.Flush(); }

  // Rows that were scored elsewhere, and the bytes that took.
  void Count(uint64_t rows, uint64_t bytes) {
    scanned_ += rows;
    bytes_read_ += bytes;
  }

  // No row of a smaller score is among the best of those scanned.
  float floor() const { return shortlist_.floor(); }
  // After BeginSegment of a segment with codes.
  const QueryCode& query_code() const { return *query_code_; }

  // Rows whose score was computed in full, by their codes, or estimated.
  uint64_t scanned() const { return scanned_; }
  // What the codes and rows that were looked at take in memory.
  uint64_t bytes_read() const { return bytes_read_ + shortlist_.bytes_read(); }
  uint64_t scored_in_full() const { return in_full_ + shortlist_.scored(); }

 private:
  bool Allowed(acl::ClassId id);
  void ScanBatch(const RowPiece& piece, size_t begin, size_t end);
  void ScanRun(const RowPiece& piece, size_t begin, size_t end);
  void Estimate(absl::Span<const uint32_t> ids);
  void Score(absl::Span<const uint32_t> ids);

  const float* query_;
  size_t stride_;
  const acl::Entitlement& entitlement_;
  SearchBudget* budget_;
  TopK* best_;
  Shortlist shortlist_;
  // Made when the first segment asks for them.
  std::optional<QueryCode> query_code_;
  std::optional<SignQuery> sign_query_;
  SealedRows segment_;
  Care care_ = Care::kCertain;
  std::optional<EstimateList> estimates_;    // of the segment, when it is scanned with kLikely
  acl::ClassId last_class_ = acl::kNoClass;  // neighbours mostly share a class
  bool last_allowed_ = false;
  uint64_t scanned_ = 0;
  uint64_t in_full_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SCANNER_H_
