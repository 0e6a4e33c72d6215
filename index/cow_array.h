// An array whose copies share memory: a copy costs one reference, a write copies the touched blocks and leaves other
// copies as they were. The last block is as long as what it holds, so that a short array costs little.
//
// Thread-safety: different copies may be used by different threads, each copy as a plain value.
#ifndef USHER_INDEX_COW_ARRAY_H_
#define USHER_INDEX_COW_ARRAY_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace usher::index {

template <typename T, size_t kBlockSize>
class CowArray {
 public:
  CowArray() = default;
  explicit CowArray(absl::Span<const T> values) : size_(values.size()) {
    auto root = std::make_shared<Root>();
    for (size_t first = 0; first < values.size(); first += kBlockSize) {
      const auto part = values.subspan(first, kBlockSize);
      auto block = std::make_shared<T[]>(part.size());
      std::copy(part.begin(), part.end(), block.get());
      root->push_back(std::move(block));
    }
    root_ = std::move(root);
  }

  size_t size() const { return size_; }

  // i < size().
  T operator[](size_t i) const { return (*root_)[i / kBlockSize][i % kBlockSize]; }

  // The values from i to the end of its block. i < size(). Valid while this copy lives unchanged.
  absl::Span<const T> PieceFrom(size_t i) const {
    const size_t in_block = i % kBlockSize;
    return {(*root_)[i / kBlockSize].get() + in_block, std::min(kBlockSize - in_block, size_ - i)};
  }

  // Sets values[first, first + count), growing the array as needed. first <= size().
  void Fill(size_t first, size_t count, T value) {
    if (count == 0) return;
    auto root = root_ == nullptr ? std::make_shared<Root>() : std::make_shared<Root>(*root_);
    const size_t end = first + count;
    for (size_t i = first; i < end;) {
      const size_t index = i / kBlockSize;
      if (index == root->size()) root->push_back(nullptr);
      const size_t stop = std::min(end, (index + 1) * kBlockSize);
      Block block = Copy((*root)[index], index, stop - index * kBlockSize);
      std::fill_n(block.get() + i % kBlockSize, stop - i, value);
      (*root)[index] = std::move(block);
      i = stop;
    }
    root_ = std::move(root);
    size_ = std::max(size_, end);
  }

  struct Change {
    size_t index = 0;
    T value = {};
  };

  // Sets single values of the array. `changes`: by index, each index once and below size(). Copies each touched block
  // once, however many of its values change.
  void Write(absl::Span<const Change> changes) {
    if (changes.empty()) return;
    auto root = std::make_shared<Root>(*root_);
    for (size_t i = 0; i < changes.size();) {
      const size_t index = changes[i].index / kBlockSize;
      Block block = Copy((*root)[index], index, 0);
      for (; i < changes.size() && changes[i].index / kBlockSize == index; ++i) {
        block[changes[i].index % kBlockSize] = changes[i].value;
      }
      (*root)[index] = std::move(block);
    }
    root_ = std::move(root);
  }

 private:
  using Block = std::shared_ptr<T[]>;
  using Root = std::vector<std::shared_ptr<const T[]>>;

  // The block with this index, with room for `needed` values at least; those the array does not hold yet are T().
  Block Copy(const std::shared_ptr<const T[]>& block, size_t index, size_t needed) const {
    const size_t begin = std::min(size_, index * kBlockSize);
    const size_t held = std::min(kBlockSize, size_ - begin);
    Block copy = std::make_shared<T[]>(std::max(held, needed));
    std::copy_n(block.get(), held, copy.get());
    return copy;
  }

  std::shared_ptr<const Root> root_;
  size_t size_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_COW_ARRAY_H_
