// Rows that may be among the k best, kept by scores that are known up to a bound until they are scored in full.
//
// Guarantee: every offered row whose exact score is among the k best of all rows offered, here or to `best`, ends up in
// `best` with its exact score. Memory is bounded whatever is offered. One search; not thread-safe.
#ifndef USHER_INDEX_SHORTLIST_H_
#define USHER_INDEX_SHORTLIST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/row_codes.h"
#include "index/row_pointer.h"
#include "index/top_k.h"
#include "index/vector_index.h"

namespace usher::index {

class Shortlist {
 public:
  // `query`: `stride` floats; it and `best`, whose limit is k, must outlive this.
  Shortlist(const float* query, size_t stride, TopK* best);

  // `row` has the stride's values; its exact score is in `score`. It and its key must outlive this.
  void Offer(ScoreRange score, RowPointer row, const RowKey* key) {
    if (score.most < floor_) return;
    Keep(score, row, key);
  }

  // No row whose exact score is below it is among the k best of all rows offered so far.
  float floor() const { return floor_; }

  // Scores what may still be among the best and offers it. More may be offered afterwards.
  void Flush();

  // Rows scored in full so far.
  size_t scored() const { return scored_; }
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  struct Entry {
    float most;  // the exact score is no better
    RowPointer row;
    const RowKey* key;
  };

  void Keep(ScoreRange score, RowPointer row, const RowKey* key);
  void Raise(float least);

  const float* query_;
  size_t stride_;
  TopK* best_;
  std::vector<Entry> entries_;
  std::vector<float> least_;  // heap, the smallest in front: k rows score at least these
  float floor_;
  size_t scored_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SHORTLIST_H_
