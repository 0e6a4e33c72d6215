// Dot products of a query of two bits a value with rows of signs, with the widest instructions of the machine the
// program runs on.
//
// Guarantee: the same bits on every machine. Thread-safety: free functions without state.
#ifndef USHER_INDEX_KERNELS_SIGN_PRODUCTS_H_
#define USHER_INDEX_KERNELS_SIGN_PRODUCTS_H_

#include <cstddef>
#include <cstdint>

namespace usher::index {

// A query as two planes of bits, `words` words each: where both planes have a bit, the query has the level 3, where
// only the high one has it 1, only the low one -1, none -3.
struct SignPlanes {
  const uint64_t* low = nullptr;
  const uint64_t* high = nullptr;
  size_t words = 0;
};

// results[i] = scale * factor * sum of sign * level over all bits of row ids[i], for i < count. A row is `record` words
// at rows + id * record: first its bits, one that is set being the sign +1, else -1; then, in the lower half of a word,
// the factor as a float. The sum is exact, the products are rounded once each.
void SignProducts(const SignPlanes& query, float scale, const uint64_t* rows, size_t record, const uint32_t* ids,
                  size_t count, float* results);

}  // namespace usher::index

#endif  // USHER_INDEX_KERNELS_SIGN_PRODUCTS_H_
