// Where vectors lie, one value after another, in whichever format they are kept: used as a pointer to float would be.
//
// Guarantee: what is computed of a row depends on the numbers it holds, not on their format: floats that halves can
// hold score bit for bit as the halves do. Non-guarantee: it keeps no memory alive. Thread-safety: a value.
#ifndef USHER_INDEX_ROW_POINTER_H_
#define USHER_INDEX_ROW_POINTER_H_

#include <cstddef>
#include <cstdint>

#include "index/row_format.h"

namespace usher::index {

class RowPointer {
 public:
  RowPointer() = default;
  // Floats are rows as they are.
  // NOLINTNEXTLINE(google-explicit-constructor): as from an array to a span
  RowPointer(const float* values) : values_(values) {}
  // `values`: of the format, aligned as its type.
  RowPointer(RowFormat format, const void* values) : values_(values), format_(format) {}

  RowPointer operator+(size_t values) const {
    return {format_, static_cast<const uint8_t*>(values_) + values * BytesPerValue(format_)};
  }

  RowFormat format() const { return format_; }
  // Of `n` values.
  size_t Bytes(size_t n) const { return n * BytesPerValue(format_); }

  // `n` values as floats: where they are, or else in `room`, which has place for them.
  const float* Floats(size_t n, float* room) const;
  // Writes `n` values in `format` to `to`; those that it cannot hold are rounded.
  void CopyTo(size_t n, RowFormat format, void* to) const;

  // The dot product of `n` values with `query`.
  float Dot(const float* query, size_t n) const;
  // Asks memory for `n` values that are to be read soon.
  void Prefetch(size_t n) const;

 private:
  const void* values_ = nullptr;
  RowFormat format_ = RowFormat::kFloat32;
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_POINTER_H_
