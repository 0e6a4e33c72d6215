// Where Markdown shows '<' as a character: fenced blocks and code spans.
#ifndef USHER_SERVER_SANITIZE_MARKDOWN_CODE_H_
#define USHER_SERVER_SANITIZE_MARKDOWN_CODE_H_

#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

// Sorted ranges that every Markdown reader shows as code. Doubtful ones are left out, so that markup in them is treated
// as markup: indented blocks, spans across lines, spans behind an unmatched backtick, and anything inside an HTML
// block.
std::vector<Span> MarkdownCode(std::string_view text);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_MARKDOWN_CODE_H_
