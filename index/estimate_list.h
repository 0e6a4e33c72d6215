// Rows that are likely enough to be among the k best, kept by estimates of their scores until they are scored better.
//
// Non-guarantee: a row whose estimate is further below its score than the margin may be left out. Memory is bounded
// whatever is offered. One search; not thread-safe.
#ifndef USHER_INDEX_ESTIMATE_LIST_H_
#define USHER_INDEX_ESTIMATE_LIST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace usher::index {

class EstimateList {
 public:
  // As many ids as may be offered at once.
  static constexpr size_t kBatch = 256;

  // A row is left out when its estimate is more than `margin` below a score that k rows are known to reach.
  explicit EstimateList(float margin) : margin_(margin) {}

  // `floor`: a score that k rows are known to reach, or minus infinity. As many estimates as ids, at most kBatch.
  // While crowded() none may be offered.
  void Offer(absl::Span<const uint32_t> ids, const float* estimates, float floor);

  // So many rows that the best should be scored, to raise the floor for the others.
  bool crowded() const { return size_ >= kMaxEntries; }

  // Takes out the rows of the highest estimates, some tens. Valid until the next call.
  absl::Span<const uint32_t> TakeBest();
  // Takes out all rows that are still likely enough. Valid until the next call.
  absl::Span<const uint32_t> TakeRest(float floor);
  // Leaves out what is not likely enough any more. Returns whether that made room.
  bool MakeRoom(float floor);

 private:
  struct Entry {
    float estimate;
    uint32_t id;
  };

  // Enough to find nearly the k-th best score for the usual k.
  static constexpr size_t kBest = 64;
  static constexpr size_t kMaxEntries = 2'048;

  void Rank(float estimate);

  float margin_;
  size_t size_ = 0;
  // Room for a batch beyond the limit; never larger.
  std::unique_ptr<Entry[]> entries_ = std::make_unique_for_overwrite<Entry[]>(kMaxEntries + kBatch);
  size_t ranked_ = 0;
  std::array<float, kBest> best_;  // heap of the highest estimates not yet taken, the smallest in front
  std::vector<uint32_t> taken_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_ESTIMATE_LIST_H_
