// Zeroed memory on 64-byte boundaries, and the shape of rows in it: each row starts on a cache line and is padded
// with zeros, so that kernels read whole vectors and a dot product over the padded length equals the one over the
// dimension.
#ifndef USHER_INDEX_ALIGNED_FLOATS_H_
#define USHER_INDEX_ALIGNED_FLOATS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace usher::index {

inline constexpr std::align_val_t kRowAlignment{64};

// Floats from one row to the next.
constexpr size_t RowStride(int dimension) { return (static_cast<size_t>(dimension) + 15) / 16 * 16; }

template <typename T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(size_t size) : data_(static_cast<T*>(::operator new[](size * sizeof(T), kRowAlignment))) {
    std::fill_n(data_.get(), size, T{});
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete[](p, kRowAlignment); }
  };
  std::unique_ptr<T[], Free> data_;
};

using AlignedFloats = AlignedArray<float>;
using AlignedBytes = AlignedArray<uint8_t>;

}  // namespace usher::index

#endif  // USHER_INDEX_ALIGNED_FLOATS_H_
