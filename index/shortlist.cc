#include "index/shortlist.h"

#include <algorithm>
#include <functional>

namespace usher::index {
namespace {
constexpr size_t kMaxEntries = 8'192;
}  // namespace

Shortlist::Shortlist(const float* query, size_t stride, TopK* best)
    : query_(query), stride_(stride), best_(best), floor_(best->threshold()) {}

void Shortlist::Keep(ScoreRange score, RowPointer row, const RowKey* key) {
  floor_ = std::max(floor_, best_->threshold());
  if (score.most < floor_) return;
  entries_.push_back({score.most, row, key});
  Raise(score.least);
  if (entries_.size() < kMaxEntries) return;
  std::erase_if(entries_, [this](const Entry& entry) { return entry.most < floor_; });
  // So many rows that the bound cannot tell apart are scored, lest equal rows without end fill the memory.
  if (entries_.size() > kMaxEntries / 2) Flush();
}

void Shortlist::Raise(float least) {
  if (least_.size() < best_->limit()) {
    least_.push_back(least);
    std::push_heap(least_.begin(), least_.end(), std::greater<>());
  } else if (least > least_.front()) {
    std::pop_heap(least_.begin(), least_.end(), std::greater<>());
    least_.back() = least;
    std::push_heap(least_.begin(), least_.end(), std::greater<>());
  }
  if (least_.size() == best_->limit()) floor_ = std::max(floor_, least_.front());
}

void Shortlist::Flush() {
  // Rows lie anywhere in memory, so the next is asked for while one is read.
  std::erase_if(entries_, [this](const Entry& entry) { return entry.most < floor_; });
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (i + 1 < entries_.size()) entries_[i + 1].row.Prefetch(stride_);
    const Entry& entry = entries_[i];
    best_->Offer(entry.row.Dot(query_, stride_), *entry.key);
    ++scored_;
    bytes_read_ += entry.row.Bytes(stride_);
  }
  entries_.clear();
  floor_ = std::max(floor_, best_->threshold());
}

}  // namespace usher::index
