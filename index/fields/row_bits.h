// One bit a row of a part of the index, 64 rows a word; bits beyond the last row are 0.
//
// Thread-safety: free functions on plain values.
#ifndef USHER_INDEX_FIELDS_ROW_BITS_H_
#define USHER_INDEX_FIELDS_ROW_BITS_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace usher::fields {

using RowBits = std::vector<uint64_t>;

inline RowBits NoRows(size_t rows) { return RowBits((rows + 63) / 64); }

inline void SetRow(RowBits& bits, size_t row) { bits[row / 64] |= uint64_t{1} << (row % 64); }

// Rows [begin, end), a word at a time.
inline void SetRows(RowBits& bits, uint32_t begin, uint32_t end) {
  for (uint32_t row = begin; row < end;) {
    const uint32_t count = std::min(64 - row % 64, end - row);
    bits[row / 64] |= (~uint64_t{0} >> (64 - count)) << (row % 64);
    row += count;
  }
}

inline void FlipRow(RowBits& bits, size_t row) { bits[row / 64] ^= uint64_t{1} << (row % 64); }

// row < the rows the bits were made for.
inline bool HasRow(const RowBits& bits, size_t row) { return (bits[row / 64] >> (row % 64) & 1) != 0; }

// The first row, from `row` on, that is in the set, or that is not; past all rows when there is none.
template <bool in_set>
uint32_t NextRow(const RowBits& bits, uint32_t row) {
  for (; row / 64 < bits.size(); row = (row / 64 + 1) * 64) {
    const uint64_t word = (in_set ? bits[row / 64] : ~bits[row / 64]) >> (row % 64);
    if (word != 0) return row + static_cast<uint32_t>(std::countr_zero(word));
  }
  return row;
}

// All `rows` rows that were not in the set.
inline void Complement(RowBits& bits, size_t rows) {
  for (uint64_t& word : bits) word = ~word;
  if (rows % 64 != 0) bits.back() &= (uint64_t{1} << (rows % 64)) - 1;
}

// Both of equal size.
inline void Intersect(RowBits& bits, const RowBits& other) {
  for (size_t i = 0; i < bits.size(); ++i) bits[i] &= other[i];
}
inline void Unite(RowBits& bits, const RowBits& other) {
  for (size_t i = 0; i < bits.size(); ++i) bits[i] |= other[i];
}

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_ROW_BITS_H_
