// The forms a document's source may have, and their media types.
//
// Guarantees: every enumerator has exactly one name, and ParseFormat(FormatName(f)) == f.
// Non-guarantees: nothing here looks at text; a wrong label is the caller's to notice.
// Thread-safety: pure functions.
#ifndef USHER_INDEX_CHUNKING_FORMAT_H_
#define USHER_INDEX_CHUNKING_FORMAT_H_

#include <string_view>

#include "absl/status/statusor.h"

namespace usher::chunking {

enum class Format { kPlain, kMarkdown, kHtml };

// Returns the media type without parameters, e.g. "text/markdown".
std::string_view FormatName(Format format);

// Accepts a media type in any case, with parameters ("text/HTML; charset=utf-8") that are ignored. INVALID_ARGUMENT
// names the three accepted types.
absl::StatusOr<Format> ParseFormat(std::string_view media_type);

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_FORMAT_H_
