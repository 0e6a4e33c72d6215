#include "index/estimate_list.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace usher::index {

void EstimateList::Offer(absl::Span<const uint32_t> ids, const float* estimates, float floor) {
  const float least = floor - margin_;
  // Written without a branch: which rows pass cannot be foreseen.
  size_t size = size_;
  for (size_t i = 0; i < ids.size(); ++i) {
    entries_[size] = {estimates[i], ids[i]};
    size += estimates[i] >= least ? 1 : 0;
  }
  for (; size_ < size; ++size_) Rank(entries_[size_].estimate);
}

void EstimateList::Rank(float estimate) {
  if (ranked_ < kBest) {
    best_[ranked_++] = estimate;
    std::push_heap(best_.begin(), best_.begin() + ranked_, std::greater<>());
  } else if (estimate > best_.front()) {
    std::pop_heap(best_.begin(), best_.end(), std::greater<>());
    best_.back() = estimate;
    std::push_heap(best_.begin(), best_.end(), std::greater<>());
  }
}

absl::Span<const uint32_t> EstimateList::TakeBest() {
  const float least = ranked_ < kBest ? -std::numeric_limits<float>::infinity() : best_.front();
  ranked_ = 0;
  taken_.clear();
  size_t kept = 0;
  for (size_t i = 0; i < size_; ++i) {
    const Entry entry = entries_[i];
    if (entry.estimate >= least) {
      taken_.push_back(entry.id);
    } else {
      entries_[kept++] = entry;
    }
  }
  size_ = kept;
  return taken_;
}

absl::Span<const uint32_t> EstimateList::TakeRest(float floor) {
  taken_.clear();
  for (size_t i = 0; i < size_; ++i) {
    if (entries_[i].estimate >= floor - margin_) taken_.push_back(entries_[i].id);
  }
  size_ = 0;
  ranked_ = 0;
  return taken_;
}

bool EstimateList::MakeRoom(float floor) {
  size_t kept = 0;
  for (size_t i = 0; i < size_; ++i) {
    const Entry entry = entries_[i];
    entries_[kept] = entry;
    kept += entry.estimate >= floor - margin_ ? 1 : 0;
  }
  size_ = kept;
  return size_ <= kMaxEntries / 2;
}

}  // namespace usher::index
