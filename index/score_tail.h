// How often a row scores so much better than the centre of its cell, measured on pairs of rows.
//
// Scores around a centre are nearly normal, but not their upper end: parts of one document lie close together wherever
// their cells are, so that a few rows score far better than their centre for queries about that document. A normal
// distribution expects none of them. Cells near the query hold more of them than others, so each part of the cells, by
// rank, has its own measure. Thread-safety: a value.
#ifndef USHER_INDEX_SCORE_TAIL_H_
#define USHER_INDEX_SCORE_TAIL_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "absl/types/span.h"

namespace usher::index {

class ScoreTail {
 public:
  // The nearest 1/32 of the cells by their centres, those up to 1/16, and so on, up to all.
  static constexpr size_t kParts = 6;
  static constexpr size_t kSteps = 80;
  static size_t PartOf(size_t rank, size_t cells) {
    size_t part = 0;
    while (part + 1 < kParts && (rank << (kParts - 1 - part)) >= cells) ++part;
    return part;
  }

  // Of rows that all score as their centres, until something is measured.
  ScoreTail() = default;
  // As shares() of another; values outside 0 to 1 are drawn into it.
  explicit ScoreTail(absl::Span<const float> shares) {
    for (size_t i = 0; i < std::min(shares_.size(), shares.size()); ++i) shares_[i] = std::clamp(shares[i], 0.0f, 1.0f);
  }

  // The share of rows, in cells of `part`, whose score lies more than `deviations` spreads above their centre's; a
  // little too high between two steps.
  double Above(size_t part, double deviations) const {
    if (deviations < kLowest) return 1;
    // Also for what is not a number, where all rows score alike.
    if (!(deviations < kHighest)) return 0;
    return shares_[part * kSteps + static_cast<size_t>((deviations - kLowest) / kStep)];
  }

  // By part, then by step from kLowest on.
  absl::Span<const float> shares() const { return shares_; }

  // Scores, in spreads above the centre, of rows taken one after another.
  class Measure {
   public:
    void Add(size_t part, double deviations) {
      const double step = std::clamp(std::ceil((deviations - kLowest) / kStep), 0.0, static_cast<double>(kSteps));
      ++counts_[part][static_cast<size_t>(step)];
    }
    ScoreTail Take() const {
      ScoreTail tail;
      for (size_t part = 0; part < kParts; ++part) {
        const double total = std::accumulate(counts_[part].begin(), counts_[part].end(), 0.0);
        double above = 0;
        for (size_t step = kSteps; total > 0 && step-- > 0;) {
          above += static_cast<double>(counts_[part][step + 1]);
          tail.shares_[part * kSteps + step] = static_cast<float>(above / total);
        }
      }
      return tail;
    }

   private:
    // Those at most at kLowest, then those above step i - 1 and at most at step i.
    std::array<std::array<uint64_t, kSteps + 1>, kParts> counts_{};
  };

 private:
  static constexpr double kLowest = -4;
  static constexpr double kHighest = 16;
  static constexpr double kStep = (kHighest - kLowest) / kSteps;

  std::array<float, kParts * kSteps> shares_{};
};

}  // namespace usher::index

#endif  // USHER_INDEX_SCORE_TAIL_H_
