// One bit a row, few of them set. Copies share memory, as CowArray's do; blocks without a set bit take none.
//
// Thread-safety: different copies may be used by different threads, each copy as a plain value.
#ifndef USHER_INDEX_ROW_FLAGS_H_
#define USHER_INDEX_ROW_FLAGS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace usher::index {

class RowFlags {
 public:
  bool Get(size_t row) const {
    const Block* block = BlockOf(row / kBlockRows);
    return block != nullptr && ((*block)[row % kBlockRows / 64] >> (row % 64) & 1) != 0;
  }

  // False only when no row in [begin, end) is set; looks at whole blocks.
  bool MayHaveAny(size_t begin, size_t end) const {
    if (blocks_ == nullptr) return false;
    for (size_t block = begin / kBlockRows; block * kBlockRows < end; ++block) {
      if (BlockOf(block) != nullptr) return true;
    }
    return false;
  }

  void Set(absl::Span<const uint32_t> rows) {
    if (rows.empty()) return;
    auto blocks = blocks_ == nullptr ? std::make_shared<Blocks>() : std::make_shared<Blocks>(*blocks_);
    for (size_t i = 0; i < rows.size();) {
      const size_t index = rows[i] / kBlockRows;
      if (index >= blocks->size()) blocks->resize(index + 1);
      auto& place = (*blocks)[index];
      auto block = place == nullptr ? std::make_shared<Block>() : std::make_shared<Block>(*place);
      for (; i < rows.size() && rows[i] / kBlockRows == index; ++i) {
        (*block)[rows[i] % kBlockRows / 64] |= uint64_t{1} << (rows[i] % 64);
      }
      place = std::move(block);
    }
    blocks_ = std::move(blocks);
  }

 private:
  static constexpr size_t kBlockRows = 1'024;
  using Block = std::array<uint64_t, kBlockRows / 64>;
  using Blocks = std::vector<std::shared_ptr<const Block>>;

  const Block* BlockOf(size_t index) const {
    return blocks_ == nullptr || index >= blocks_->size() ? nullptr : (*blocks_)[index].get();
  }

  std::shared_ptr<const Blocks> blocks_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_FLAGS_H_
