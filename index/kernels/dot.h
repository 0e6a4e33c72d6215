// Dot products of float vectors, with the widest instructions of the machine the program runs on; one of the two may be
// kept as halves.
//
// Guarantees: |result - exact| <= n * 2^-24 / (1 - n * 2^-24) * sum |a[i] * b[i]| for finite inputs without overflow;
// DotRows gives bit for bit what Dot gives, and Dot of halves what it gives of the floats they stand for; the same
// inputs give the same bits for as long as the process runs. Non-guarantees: machines of other vector widths may differ
// in the last bits. Nothing outside the stated ranges is read. Thread-safety: free functions without state.
#ifndef USHER_INDEX_KERNELS_DOT_H_
#define USHER_INDEX_KERNELS_DOT_H_

#include <cstddef>

#include "index/kernels/half.h"

namespace usher::index {

// `a` and `b`: n floats each, any alignment; fastest on 64 bytes. 0 for n = 0.
float Dot(const float* a, const float* b, size_t n);
// The halves are finite.
float Dot(const float* a, const Half* b, size_t n);

// scores[i] = Dot(query, rows + i * stride, n) for i < count. `stride` >= n, in floats.
void DotRows(const float* query, const float* rows, size_t stride, size_t count, size_t n, float* scores);

}  // namespace usher::index

#endif  // USHER_INDEX_KERNELS_DOT_H_
