// Packs a document's blocks into pieces of the wanted size.
#ifndef USHER_INDEX_CHUNKING_BLOCK_PACKER_H_
#define USHER_INDEX_CHUNKING_BLOCK_PACKER_H_

#include <string_view>
#include <vector>

#include "index/chunking/block.h"
#include "index/chunking/chunker.h"

namespace usher::chunking {

// `outline` holds the blocks of `source`; `options` are valid. Every non-blank byte of a block is in a piece.
std::vector<Piece> PackBlocks(std::string_view source, const Outline& outline, const ChunkingOptions& options);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_BLOCK_PACKER_H_
