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
    : query_(query), stride_(stride), entitlement_(entitlement), budget_(budget), best_(best) {}

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
  std::array<float, kBatchRows> scores;
  for (size_t i = begin; i < end;) {
    if (!Allowed(piece.classes[i])) {
      ++i;
      continue;
    }
    const size_t first = i;
    while (i < end && Allowed(piece.classes[i])) ++i;
    DotRows(query_, piece.rows + first * stride_, stride_, i - first, stride_, scores.data());
    for (size_t row = first; row < i; ++row) best_->Offer(scores[row - first], piece.keys[row]);
    scanned_ += i - first;
  }
}

}  // namespace usher::index
