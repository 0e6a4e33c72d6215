#include "index/head.h"

#include <algorithm>

namespace usher::index {

RowKey Head::key(uint32_t i) const { return (*blocks_)[i / kBlockRows]->keys[i % kBlockRows]; }

const float* Head::row(uint32_t i) const {
  return (*blocks_)[i / kBlockRows]->floats.data() + i % kBlockRows * RowStride(dimension_);
}

uint32_t Head::Append(acl::DocumentVersion version, acl::ClassId class_id, const float* rows, uint32_t count) {
  const uint32_t first = size();
  const size_t stride = RowStride(dimension_);
  const size_t blocks_needed = (size_t{first} + count + kBlockRows - 1) / kBlockRows;
  if (blocks_needed > blocks_->size()) {
    auto root = std::make_shared<Root>(*blocks_);
    while (root->size() < blocks_needed) root->push_back(std::make_shared<Block>(stride));
    blocks_ = std::move(root);
  }
  for (uint32_t i = 0; i < count; ++i) {
    const size_t place = size_t{first} + i;
    Block& block = *(*blocks_)[place / kBlockRows];
    std::copy_n(rows + size_t{i} * static_cast<size_t>(dimension_), dimension_,
                block.floats.data() + place % kBlockRows * stride);
    block.keys[place % kBlockRows] = {version, i};
  }
  classes_.Fill(first, count, class_id);
  return first;
}

absl::Status Head::Scan(Scanner* scanner) const {
  static_assert(kClassBlockRows % kBlockRows == 0, "a block of rows must lie within one block of classes");
  for (size_t first = 0; first < classes_.size(); first += kBlockRows) {
    const Block& block = *(*blocks_)[first / kBlockRows];
    const RowPiece piece{.rows = block.floats.data(),
                         .keys = block.keys.data(),
                         .classes = classes_.PieceFrom(first).subspan(0, kBlockRows)};
    if (absl::Status status = scanner->Scan(piece); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace usher::index
