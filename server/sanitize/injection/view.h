// A text as the detector reads it, with the way back to the original.
//
// Guarantees: View::Of is linear; every offset of the view leads to an offset of the source on a code point boundary.
// Thread-safety: values; safe to read concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_VIEW_H_
#define USHER_SERVER_SANITIZE_INJECTION_VIEW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize::injection {

struct View {
  std::string text;              // folded: see fold.h
  std::vector<uint32_t> origin;  // source offset of each byte and of the end; empty when the offsets are the same

  // `source` must be valid UTF-8 of less than 4 GiB. Letters of other scripts that pose as Latin are unmasked in words
  // that mix scripts, and in mostly Latin text also in words that consist of nothing else.
  static View Of(std::string_view source);

  size_t ToSource(size_t at) const { return origin.empty() ? at : origin[at]; }
  Span ToSource(Span span) const { return {ToSource(span.begin), ToSource(span.end)}; }

  void Add(std::string_view bytes, size_t from);
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_VIEW_H_
