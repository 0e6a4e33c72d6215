#include "index/top_k.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace usher::index {
namespace {

bool Better(const Candidate& a, const Candidate& b) {
  if (a.score != b.score) return a.score > b.score;
  return a.key < b.key;
}

}  // namespace

TopK::TopK(size_t limit) : limit_(limit) {
  heap_.reserve(limit);
  if (limit == 0) threshold_ = std::numeric_limits<float>::infinity();
}

void TopK::Insert(float score, RowKey key) {
  if (limit_ == 0) return;
  const Candidate candidate{key, std::isnan(score) ? -std::numeric_limits<float>::infinity() : score};
  if (heap_.size() == limit_) {
    if (!Better(candidate, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), Better);
    heap_.back() = candidate;
  } else {
    heap_.push_back(candidate);
  }
  std::push_heap(heap_.begin(), heap_.end(), Better);
  if (heap_.size() == limit_) threshold_ = heap_.front().score;
}

std::vector<Candidate> TopK::TakeSorted() {
  std::sort_heap(heap_.begin(), heap_.end(), Better);
  return std::exchange(heap_, {});
}

}  // namespace usher::index
