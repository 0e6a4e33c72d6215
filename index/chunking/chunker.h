// Cuts a document into pieces that are small enough to embed and large enough to answer with.
//
// Guarantees: pieces are in source order, start and end on UTF-8 boundaries, are at most `max_bytes` of source long and
// together contain every non-blank byte (for HTML every byte of text, and the markup between texts of one piece). A
// piece holds more than one section only when the sections are tiny. Time is linear in the source, memory a small
// multiple of it, the stack constant, whatever the nesting.
// Non-guarantees: where exactly a cut falls may change between versions. Nothing is cleaned: see server/sanitize.
// Thread-safety: pure functions.
#ifndef USHER_INDEX_CHUNKING_CHUNKER_H_
#define USHER_INDEX_CHUNKING_CHUNKER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/chunking/format.h"

namespace usher::chunking {

struct ChunkingOptions {
  int target_bytes = 1200;  // a piece is closed before a block that would take it past this
  int max_bytes = 2000;     // no piece is longer; includes the overlap
  int overlap_bytes = 150;  // at most this much of the previous piece of the same section is repeated
  int tiny_bytes = 200;     // neighbouring sections below this are merged up to the target

  // INVALID_ARGUMENT naming the option and its accepted range.
  absl::Status Validate() const;
};

struct Piece {
  size_t begin = 0;  // byte offsets into the source: [begin, end)
  size_t end = 0;
  std::string title;                  // the document's title, or the first heading when it has none; may be empty
  bool title_stated = false;          // the title is beside the text (HTML <title>), not one of its headings
  std::vector<std::string> headings;  // enclosing headings where the piece starts, outermost first
};

// Splits `source`; an empty or blank source has no pieces. INVALID_ARGUMENT for ill-formed UTF-8 or options.
absl::StatusOr<std::vector<Piece>> Split(std::string_view source, Format format, const ChunkingOptions& options);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_CHUNKER_H_
