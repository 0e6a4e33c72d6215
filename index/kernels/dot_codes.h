// Dot products of a query of signed bytes with rows of unsigned bytes, with the widest instructions of the machine the
// program runs on.
//
// Guarantee: results are exact. Thread-safety: free functions without state.
#ifndef USHER_INDEX_KERNELS_DOT_CODES_H_
#define USHER_INDEX_KERNELS_DOT_CODES_H_

#include <cstddef>
#include <cstdint>

namespace usher::index {

// Bytes a row of codes is padded to, and what `n` below is a multiple of.
inline constexpr size_t kCodeAlignment = 64;
// Up to here no sum leaves int32: 127 * 255 * 65,536 < 2^31.
inline constexpr size_t kMaxCodes = 65'536;

// sums[i] = sum over j < n of query[j] * rows[ids[i] * n + j], for i < count. `query` holds values of -127 to 127; `n`
// is a multiple of kCodeAlignment and at most kMaxCodes. Any alignment; fastest on 64 bytes.
void DotCodes(const int8_t* query, const uint8_t* rows, size_t n, const uint32_t* ids, size_t count, int32_t* sums);

}  // namespace usher::index

#endif  // USHER_INDEX_KERNELS_DOT_CODES_H_
