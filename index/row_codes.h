// Rows of floats as rows of bytes: a quarter of the memory to read, for scores that are known to lie within a bound.
//
// Each row is divided by a scale of its own, the largest of its values by amount over 127, and rounded (scalar
// quantisation). Guarantee: |Dot(query, row) - score| <= bound for every row, whatever the values, with Dot and all
// roundings of float included; the bound follows from the triangle and Cauchy-Schwarz inequalities, not from chance.
// Thread-safety: immutable.
#ifndef USHER_INDEX_ROW_CODES_H_
#define USHER_INDEX_ROW_CODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/aligned_floats.h"

namespace usher::index {

// A query as bytes.
struct QueryCode {
  explicit QueryCode(const float* query, size_t size);

  std::vector<int8_t> bytes;  // padded with zeros to kCodeAlignment
  int32_t sum = 0;            // of the bytes
  float scale = 0;            // query[i] is about scale * bytes[i]
  double norm = 0;            // of the query
  double error = 0;           // norm of what rounding took away
};

class RowCodes {
 public:
  // Whether codes of rows of `stride` floats are at most half as large as they are, and their sums fit.
  static bool Pay(size_t stride);

  // `rows`: `count` x `stride` floats, finite, row-major. Pay(stride).
  RowCodes(const float* rows, size_t count, size_t stride);

  // scores[i] is about Dot(query, row first + i), for i < count.
  void Score(const QueryCode& query, size_t first, size_t count, float* scores) const;

  // How far a score may be from the truth.
  float Bound(const QueryCode& query) const;

 private:
  size_t stride_ = 0;  // floats a row
  size_t width_ = 0;   // bytes a row
  AlignedBytes bytes_;
  std::vector<float> scales_;  // by row
  double largest_norm_ = 0;    // of a row
  double largest_error_ = 0;   // norm of what rounding took away from a row
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_CODES_H_
