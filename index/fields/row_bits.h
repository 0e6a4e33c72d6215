// One bit a row of a part of the index, 64 rows a word; bits beyond the last row are 0.
//
// Thread-safety: free functions on plain values.
#ifndef USHER_INDEX_FIELDS_ROW_BITS_H_
#define USHER_INDEX_FIELDS_ROW_BITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace usher::fields {

using RowBits = std::vector<uint64_t>;

inline RowBits NoRows(size_t rows) { return RowBits((rows + 63) / 64); }

inline void SetRow(RowBits& bits, size_t row) { bits[row / 64] |= uint64_t{1} << (row % 64); }

inline void FlipRow(RowBits& bits, size_t row) { bits[row / 64] ^= uint64_t{1} << (row % 64); }

// row < the rows the bits were made for.
inline bool HasRow(const RowBits& bits, size_t row) { return (bits[row / 64] >> (row % 64) & 1) != 0; }

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
