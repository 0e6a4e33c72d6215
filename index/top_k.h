// The best k candidates seen so far: higher score first, equal scores by key. Not thread-safe.
#ifndef USHER_INDEX_TOP_K_H_
#define USHER_INDEX_TOP_K_H_

#include <cstddef>
#include <limits>
#include <vector>

#include "index/vector_index.h"

namespace usher::index {

class TopK {
 public:
  // Keeps at most `limit` candidates; memory follows `limit`.
  explicit TopK(size_t limit);

  // A row is offered at most once. A score that is not a number ranks last.
  void Offer(float score, RowKey key) {
    if (score < threshold_) return;
    Insert(score, key);
  }

  size_t limit() const { return limit_; }
  size_t size() const { return heap_.size(); }
  // No score below it is kept.
  float threshold() const { return threshold_; }

  // Best first; leaves this empty.
  std::vector<Candidate> TakeSorted();

 private:
  void Insert(float score, RowKey key);

  size_t limit_;
  std::vector<Candidate> heap_;                                // worst at the front
  float threshold_ = -std::numeric_limits<float>::infinity();  // the worst kept score once full
};

}  // namespace usher::index

#endif  // USHER_INDEX_TOP_K_H_
