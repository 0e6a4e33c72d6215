// Rows of floats as rows of bits: a thirty-second of the memory to read, for scores that are mostly near.
//
// Each row is rotated and keeps only the signs of its values, with one factor that makes the estimate of its dot
// products unbiased; a query keeps two bits a value (RaBitQ, Gao and Long, "RaBitQ: quantizing high-dimensional vectors
// with a theoretical error bound", SIGMOD 2024, with a structured rotation and a coarser query). Guarantee: an estimate
// has no bias and a standard deviation of about Deviation(), over random rotations. Non-guarantee: no estimate is
// certain to be near. Thread-safety: immutable.
#ifndef USHER_INDEX_SIGN_CODES_H_
#define USHER_INDEX_SIGN_CODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/column.h"
#include "index/rotation.h"
#include "index/row_pointer.h"

namespace usher::index {

// A query as two planes of bits.
struct SignQuery {
  std::vector<uint64_t> low;
  std::vector<uint64_t> high;
  float scale = 0;   // of the levels -3, -1, 1, 3
  double norm = 0;   // of the query
  double error = 0;  // norm of what the levels miss
};

class SignCodes {
 public:
  // Below this, estimates are too coarse to leave out much.
  static bool Pay(size_t stride) { return stride >= 128; }

  // `rows`: `count` x `stride` values, finite, row-major. Pay(stride).
  SignCodes(RowPointer rows, size_t count, size_t stride);

  // What is learnt of all rows together.
  struct Quality {
    double spread = 0;  // root mean square over rows of the norm of what the signs miss over the share that they keep
    double factor = 0;  // root mean square
  };
  // Records that were made before: WordsPerRow(stride) a row.
  SignCodes(size_t stride, Column<uint64_t> records, const Quality& quality);
  static size_t WordsPerRow(size_t stride);

  // `query`: `stride` floats. The same for all codes of one stride.
  SignQuery Encode(const float* query) const;

  // estimates[i] is about Dot(query, row ids[i]). As many as ids.
  void Estimate(const SignQuery& query, absl::Span<const uint32_t> ids, float* estimates) const;

  // Bytes of codes a row.
  size_t width() const { return record_ * sizeof(uint64_t); }

  // Standard deviation of an estimate of a row like most.
  float Deviation(const SignQuery& query) const;

  const Column<uint64_t>& records() const { return records_; }
  const Quality& quality() const { return quality_; }

 private:
  explicit SignCodes(size_t stride);

  size_t stride_;
  size_t words_;   // of bits a row
  size_t record_;  // words from one row to the next
  Rotation rotation_;
  // By row: its bits, and in the word behind them, as a float, its factor: the squared norm over the sum of rotated
  // values by amount.
  Column<uint64_t> records_;
  Quality quality_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SIGN_CODES_H_
