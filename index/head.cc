#include "index/head.h"

#include <algorithm>

#include "index/kernels/half.h"

namespace usher::index {

size_t Head::BlockOf(size_t row) {
  if (row < kRowsInSmallBlocks) return row / kSmallBlockRows;
  return kSmallBlocks + (row - kRowsInSmallBlocks) / kBlockRows;
}

size_t Head::RowsOfBlock(size_t block) { return block < kSmallBlocks ? kSmallBlockRows : kBlockRows; }

size_t Head::FirstRowOf(size_t block) {
  if (block < kSmallBlocks) return block * kSmallBlockRows;
  return kRowsInSmallBlocks + (block - kSmallBlocks) * kBlockRows;
}

RowKey Head::key(uint32_t i) const {
  const size_t block = BlockOf(i);
  return (*blocks_)[block]->keys[i - FirstRowOf(block)];
}

const float* Head::row(uint32_t i) const {
  const size_t block = BlockOf(i);
  return (*blocks_)[block]->floats.data() + (i - FirstRowOf(block)) * RowStride(dimension_);
}

uint32_t Head::Append(acl::DocumentVersion version, acl::ClassId class_id, const float* rows, uint32_t count) {
  const uint32_t first = size();
  const size_t stride = RowStride(dimension_);
  if (count == 0) return first;
  const size_t blocks_needed = BlockOf(size_t{first} + count - 1) + 1;
  if (blocks_needed > blocks_->size()) {
    auto root = std::make_shared<Root>(*blocks_);
    while (root->size() < blocks_needed) root->push_back(std::make_shared<Block>(RowsOfBlock(root->size()), stride));
    blocks_ = std::move(root);
  }
  for (uint32_t i = 0; i < count; ++i) {
    const size_t place = size_t{first} + i;
    const size_t index = BlockOf(place);
    const size_t in_block = place - FirstRowOf(index);
    Block& block = *(*blocks_)[index];
    float* const row = block.floats.data() + in_block * stride;
    std::copy_n(rows + size_t{i} * static_cast<size_t>(dimension_), dimension_, row);
    if (row_format_ == RowFormat::kFloat16) {
      std::transform(row, row + dimension_, row, [](float value) { return ToFloat(ToHalf(value)); });
    }
    block.keys[in_block] = {version, i};
  }
  classes_.Fill(first, count, class_id);
  return first;
}

absl::Status Head::Scan(Scanner* scanner) const {
  static_assert(kClassBlockRows % kBlockRows == 0 && kRowsInSmallBlocks % kBlockRows == 0,
                "a block of rows must lie within one block of classes");
  for (size_t index = 0, first = 0; first < classes_.size(); first += RowsOfBlock(index++)) {
    const Block& block = *(*blocks_)[index];
    const RowPiece piece{.rows = block.floats.data(),
                         .keys = block.keys.data(),
                         .classes = classes_.PieceFrom(first).subspan(0, RowsOfBlock(index))};
    if (absl::Status status = scanner->Scan(piece); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace usher::index
