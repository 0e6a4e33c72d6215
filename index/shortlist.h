// Rows that may be among the k best, kept by scores that are known up to a bound until they are scored in full.
//
// Guarantee: every offered row whose exact score is among the k best of all rows offered, here or to `best`, ends up in
// `best` with its exact score. Memory is bounded whatever is offered. One search; not thread-safe.
#ifndef USHER_INDEX_SHORTLIST_H_
#define USHER_INDEX_SHORTLIST_H_

#include <cstddef>
#include <vector>

#include "index/top_k.h"
#include "index/vector_index.h"

namespace usher::index {

class Shortlist {
 public:
  // `query`: `stride` floats; it and `best`, whose limit is k, must outlive this.
  Shortlist(const float* query, size_t stride, TopK* best);

  // `score` is at most `bound` from the exact score of `row`, which has the stride's floats and must outlive this.
  void Offer(float score, float bound, const float* row, RowKey key) {
    if (score + bound < floor_) return;
    Keep(score, bound, row, key);
  }

  // Scores what may still be among the best and offers it. More may be offered afterwards.
  void Flush();

  // Rows scored in full so far.
  size_t scored() const { return scored_; }

 private:
  struct Entry {
    float most;  // the exact score is no better
    const float* row;
    RowKey key;
  };

  void Keep(float score, float bound, const float* row, RowKey key);
  void Raise(float least);

  const float* query_;
  size_t stride_;
  TopK* best_;
  std::vector<Entry> entries_;
  std::vector<float> least_;  // heap, the smallest in front: k rows score at least these
  float floor_;               // no row below it is among the best
  size_t scored_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SHORTLIST_H_
