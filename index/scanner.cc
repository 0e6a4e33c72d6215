#include "index/scanner.h"

#include <algorithm>
#include <array>

#include "index/class_map.h"
#include "index/kernels/dot.h"

namespace usher::index {
namespace {
constexpr size_t kBatchRows = 256;
}  // namespace

Scanner::Scanner(const float* query, size_t stride, const acl::Entitlement& entitlement, SearchBudget* budget,
                 TopK* best)
    : query_(query),
      query_code_(query, stride),
      stride_(stride),
      entitlement_(entitlement),
      budget_(budget),
      best_(best),
      shortlist_(query, stride, best) {}

bool Scanner::Allowed(acl::ClassId id) {
  if (id != last_class_) {
    last_class_ = id;
    last_allowed_ = MayRead(entitlement_, id);
  }
  return last_allowed_;
}

absl::Status Scanner::Scan(const RowPiece& piece) {
  for (size_t begin = 0; begin < piece.classes.size(); begin += kBatchRows) {
    const size_t end = std::min(begin + kBatchRows, piece.classes.size());
    ScanBatch(piece, begin, end);
    if (absl::Status status = budget_->Charge(end - begin); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void Scanner::ScanBatch(const RowPiece& piece, size_t begin, size_t end) {
  for (size_t i = begin; i < end;) {
    if (!Allowed(piece.classes[i])) {
      ++i;
      continue;
    }
    const size_t first = i;
    while (i < end && Allowed(piece.classes[i])) ++i;
    ScanRun(piece, first, i);
    scanned_ += i - first;
  }
}

void Scanner::ScanRun(const RowPiece& piece, size_t begin, size_t end) {
  std::array<float, kBatchRows> scores;
  if (piece.codes == nullptr) {
    DotRows(query_, piece.rows + begin * stride_, stride_, end - begin, stride_, scores.data());
    for (size_t row = begin; row < end; ++row) best_->Offer(scores[row - begin], piece.keys[row]);
    return;
  }
  piece.codes->Score(query_code_, piece.first_code + begin, end - begin, scores.data());
  const float bound = piece.codes->Bound(query_code_);
  for (size_t row = begin; row < end; ++row) {
    shortlist_.Offer(scores[row - begin], bound, piece.rows + row * stride_, piece.keys[row]);
  }
}

}  // namespace usher::index
