#include "index/scanner.h"

#include <algorithm>
#include <array>

#include "index/class_map.h"
#include "index/kernels/dot.h"

namespace usher::index {
namespace {
constexpr size_t kBatchRows = EstimateList::kBatch;
// How many standard deviations an estimate may be below the score of its row before the row is lost: one in a thousand
// is, and only of those that are barely among the best.
constexpr float kDeviations = 3;
}  // namespace

Scanner::Scanner(const float* query, size_t stride, const acl::Entitlement& entitlement, SearchBudget* budget,
                 TopK* best)
    : query_(query),
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
  }
}

void Scanner::ScanRun(const RowPiece& piece, size_t begin, size_t end) {
  std::array<float, kBatchRows> scores;
  DotRows(query_, piece.rows + begin * stride_, stride_, end - begin, stride_, scores.data());
  for (size_t row = begin; row < end; ++row) best_->Offer(scores[row - begin], piece.keys[row]);
  scanned_ += end - begin;
  in_full_ += end - begin;
  bytes_read_ += (end - begin) * stride_ * sizeof(float);
}

void Scanner::BeginSegment(const SealedRows& segment, Care care) {
  segment_ = segment;
  care_ = care;
  if (segment.codes != nullptr && !query_code_.has_value()) query_code_.emplace(query_, stride_);
  if (care == Care::kCertain || segment.codes == nullptr || segment.signs == nullptr) return;
  if (!sign_query_.has_value()) sign_query_ = segment.signs->Encode(query_);
  estimates_.emplace(kDeviations * segment.signs->Deviation(*sign_query_));
}

absl::Status Scanner::ScanSealed(absl::Span<const uint32_t> ids) {
  for (size_t done = 0; done < ids.size(); done += kBatchRows) {
    const auto batch = ids.subspan(done, kBatchRows);
    if (estimates_.has_value()) {
      Estimate(batch);
    } else {
      Score(batch);
    }
    if (absl::Status status = budget_->Charge(batch.size()); !status.ok()) return status;
  }
  scanned_ += ids.size();
  return absl::OkStatus();
}

void Scanner::RaiseFloor() {
  if (!estimates_.has_value()) return;
  Score(estimates_->TakeBest());
  estimates_->MakeRoom(shortlist_.floor());
}

void Scanner::EndSegment() {
  if (!estimates_.has_value()) return;
  Score(estimates_->TakeBest());
  Score(estimates_->TakeRest(shortlist_.floor()));
  estimates_.reset();
}

void Scanner::Estimate(absl::Span<const uint32_t> ids) {
  std::array<float, kBatchRows> estimates;
  segment_.signs->Estimate(*sign_query_, ids, estimates.data());
  bytes_read_ += ids.size() * segment_.signs->width();
  estimates_->Offer(ids, estimates.data(), shortlist_.floor());
  if (!estimates_->crowded()) return;
  Score(estimates_->TakeBest());
  if (!estimates_->MakeRoom(shortlist_.floor())) Score(estimates_->TakeRest(shortlist_.floor()));
}

void Scanner::Score(absl::Span<const uint32_t> ids) {
  if (segment_.codes == nullptr) {
    for (const uint32_t id : ids) {
      best_->Offer((segment_.rows + id * stride_).Dot(query_, stride_), segment_.keys[id]);
    }
    in_full_ += ids.size();
    bytes_read_ += segment_.rows.Bytes(ids.size() * stride_);
    return;
  }
  std::array<ScoreRange, kBatchRows> ranges;
  for (size_t done = 0; done < ids.size(); done += kBatchRows) {
    const auto batch = ids.subspan(done, kBatchRows);
    segment_.codes->Score(*query_code_, care_, batch, ranges.data());
    for (size_t i = 0; i < batch.size(); ++i) {
      shortlist_.Offer(ranges[i], segment_.rows + batch[i] * stride_, segment_.keys + batch[i]);
    }
  }
  bytes_read_ += ids.size() * segment_.codes->width();
}

}  // namespace usher::index
