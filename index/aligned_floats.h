// Zeroed memory on 64-byte boundaries, in huge pages where it is large, and the shape of rows in it: each row starts on
// a cache line, or in the middle of one where values are halves, and is padded with zeros, so that kernels read whole
// vectors and a dot product over the padded length equals the one over the dimension.
#ifndef USHER_INDEX_ALIGNED_FLOATS_H_
#define USHER_INDEX_ALIGNED_FLOATS_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <type_traits>

namespace usher::index {

inline constexpr size_t kRowAlignment = 64;

// Values from one row to the next.
constexpr size_t RowStride(int dimension) { return (static_cast<size_t>(dimension) + 15) / 16 * 16; }

// Large memory asks for huge pages: with small ones, half of the time of a scan goes into finding pages.
// `bytes` > 0. Ends the program when there is no memory, as operator new does without a handler of exceptions.
void* AllocateRows(size_t bytes);

template <typename T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(size_t size) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (size == 0) return;
    data_.reset(static_cast<T*>(AllocateRows(size * sizeof(T))));
    std::uninitialized_fill_n(data_.get(), size, T{});
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T[], Free> data_;
};

using AlignedFloats = AlignedArray<float>;
using AlignedBytes = AlignedArray<uint8_t>;

}  // namespace usher::index

#endif  // USHER_INDEX_ALIGNED_FLOATS_H_
