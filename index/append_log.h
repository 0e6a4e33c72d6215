// A list that only grows, whose copies are views of what it held when they were made. Elements never move or change.
//
// Thread-safety: one thread appends to the original; copies may be read meanwhile by any thread that was handed them
// after they were made. Copies must not be appended to.
#ifndef USHER_INDEX_APPEND_LOG_H_
#define USHER_INDEX_APPEND_LOG_H_

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace usher::index {

template <typename T, size_t kBlockSize>
class AppendLog {
 public:
  size_t size() const { return size_; }

  // i < size().
  const T& operator[](size_t i) const { return (*(*root_)[i / kBlockSize])[i % kBlockSize]; }

  void Append(T value) {
    if (size_ % kBlockSize == 0) {
      auto root = root_ == nullptr ? std::make_shared<Root>() : std::make_shared<Root>(*root_);
      root->push_back(std::make_shared<Block>());
      root_ = std::move(root);
    }
    (*root_->back())[size_ % kBlockSize] = std::move(value);
    ++size_;
  }

 private:
  using Block = std::array<T, kBlockSize>;
  using Root = std::vector<std::shared_ptr<Block>>;

  std::shared_ptr<const Root> root_;
  size_t size_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_APPEND_LOG_H_
