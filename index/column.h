// One array of a sealed segment, of fixed size and never changed, wherever its memory comes from.
//
// Thread-safety: immutable; a copy shares the memory.
#ifndef USHER_INDEX_COLUMN_H_
#define USHER_INDEX_COLUMN_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "index/aligned_floats.h"

namespace usher::index {

template <typename T>
class Column {
 public:
  Column() = default;
  // `owner` keeps the memory; `data`: `size` values.
  Column(const T* data, size_t size, std::shared_ptr<const void> owner)
      : data_(data), size_(size), owner_(std::move(owner)) {}
  Column(AlignedArray<T> values, size_t size) {
    auto owner = std::make_shared<const AlignedArray<T>>(std::move(values));
    *this = Column(owner->data(), size, owner);
  }
  explicit Column(std::vector<T> values) {
    auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    *this = Column(owner->data(), owner->size(), owner);
  }

  const T* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](size_t i) const { return data_[i]; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

 private:
  const T* data_ = nullptr;
  size_t size_ = 0;
  std::shared_ptr<const void> owner_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_COLUMN_H_
