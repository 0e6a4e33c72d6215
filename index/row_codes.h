// Rows of floats as rows of bytes: a quarter of the memory to read, for scores that are known to lie within a bound.
//
// Each row is divided by a scale of its own, the largest of its values by amount over 127, and rounded (scalar
// quantisation). Guarantee: Dot(query, row) lies within what Score says, whatever the values, with Dot and all
// roundings of float included, where the row is as it is kept; the bound follows from the triangle and Cauchy-Schwarz
// inequalities, not from chance, and from the row and the query alone. Thread-safety: immutable.
#ifndef USHER_INDEX_ROW_CODES_H_
#define USHER_INDEX_ROW_CODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/column.h"
#include "index/row_pointer.h"

namespace usher::index {

// How sure a search is to find the best.
enum class Care {
  kCertain,  // whatever may be among the best is scored in full
  kLikely,   // rows that are most unlikely to be are left out
};

// A query as bytes.
struct QueryCode {
  QueryCode() = default;
  // `query`: `size` floats.
  QueryCode(const float* query, size_t size);

  std::vector<int8_t> bytes;  // padded with zeros to kCodeAlignment
  int32_t sum = 0;            // of the bytes
  float scale = 0;            // query[i] is about scale * bytes[i]
  float norm = 0;             // of the query, or a little more
  float error = 0;            // norm of what rounding took away, or a little more
};

// The exact score of a row is in [least, most].
struct ScoreRange {
  float least = 0;
  float most = 0;
};

class RowCodes {
 public:
  struct RowScale {
    float scale = 0;
    float norm = 0;   // of the row, or a little more
    float error = 0;  // norm of what rounding took away, or a little more
  };

  // Whether codes of rows of `stride` floats are at most half as large as they are, and their sums fit.
  static bool Pay(size_t stride);

  // `rows`: `count` x `stride` values, finite, row-major. Pay(stride).
  RowCodes(RowPointer rows, size_t count, size_t stride);

  // Codes that were made before: BytesPerRow(stride) a row, and one scale a row.
  RowCodes(size_t stride, Column<uint8_t> bytes, Column<RowScale> scales);
  static size_t BytesPerRow(size_t stride);

  // Where Dot(query, row ids[i]) lies; with kLikely, where it lies but for a chance of a billionth if roundings are as
  // random as they look. `ranges`: as many as ids.
  void Score(const QueryCode& query, Care care, absl::Span<const uint32_t> ids, ScoreRange* ranges) const;

  // A row in the place of a query. `norm` and `error` are not set.
  QueryCode AsQuery(uint32_t row) const;
  // About Dot(query, row), without a bound.
  float Product(const QueryCode& query, uint32_t row) const;

  // Bytes of codes a row.
  size_t width() const { return width_; }

  const Column<uint8_t>& bytes() const { return bytes_; }
  const Column<RowScale>& scales() const { return scales_; }

 private:
  size_t stride_ = 0;  // floats a row
  size_t width_ = 0;   // bytes a row
  Column<uint8_t> bytes_;
  Column<RowScale> scales_;  // by row
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_CODES_H_
