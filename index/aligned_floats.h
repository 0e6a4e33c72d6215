// Zeroed float memory on 64-byte boundaries, and the shape of rows in it: each row starts on a cache line and is padded
// with zeros, so that kernels read whole vectors and a dot product over the padded length equals the one over the
// dimension.
#ifndef USHER_INDEX_ALIGNED_FLOATS_H_
#define USHER_INDEX_ALIGNED_FLOATS_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace usher::index {

inline constexpr std::align_val_t kRowAlignment{64};

// Floats from one row to the next.
constexpr size_t RowStride(int dimension) { return (static_cast<size_t>(dimension) + 15) / 16 * 16; }

class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(size_t size)
      : data_(static_cast<float*>(::operator new[](size * sizeof(float), kRowAlignment))) {
    std::fill_n(data_.get(), size, 0.0f);
  }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(float* p) const { ::operator delete[](p, kRowAlignment); }
  };
  std::unique_ptr<float[], Free> data_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_ALIGNED_FLOATS_H_
