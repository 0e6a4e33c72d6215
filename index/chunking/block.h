// What the format readers hand to the packer: a document as a row of blocks.
#ifndef USHER_INDEX_CHUNKING_BLOCK_H_
#define USHER_INDEX_CHUNKING_BLOCK_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace usher::chunking {

// A stretch of source that is best kept whole. Blocks of a document are in order and do not overlap.
struct Block {
  size_t begin = 0;
  size_t end = 0;
  int level = 0;        // 1 to 6 for a heading, 0 for anything else
  std::string heading;  // text of a heading, bounded and on one line
};

struct Outline {
  std::vector<Block> blocks;
  std::string title;  // stated by the document itself (HTML <title>), else empty
};

// Blocks cover every byte of `text`; titles are lines underlined (and perhaps overlined) with one repeated character,
// their levels in order of first appearance of the character.
Outline PlainBlocks(std::string_view text);

// Blocks cover every byte. Containers larger than `max_bytes` are opened into their children. Sources whose shape would
// cost too much memory are read as plain text.
Outline MarkdownBlocks(std::string_view text, size_t max_bytes);

// Blocks cover every visible text byte; scripts, styles, comments and the head are left out.
Outline HtmlBlocks(std::string_view text);

// `text` as a heading: whitespace runs become one space, at most 200 bytes.
std::string HeadingText(std::string_view text);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_BLOCK_H_
