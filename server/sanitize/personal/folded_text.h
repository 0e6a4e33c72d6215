// A text as the recognisers read it: digits of every script, full-width letters and signs, odd blanks and dashes are
// ASCII, and characters that are drawn as nothing are gone, so that each pattern is written once.
//
// Guarantees: offsets translate back exactly; a text without such characters is not copied; linear time; any bytes.
// Non-guarantees: letters of other scripts that look like Latin ones stay what they are.
// Thread-safety: immutable.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_FOLDED_TEXT_H_
#define USHER_SERVER_SANITIZE_PERSONAL_FOLDED_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize::personal {

class FoldedText {
 public:
  // `source` must outlive this.
  explicit FoldedText(std::string_view source);

  FoldedText(const FoldedText&) = delete;
  FoldedText& operator=(const FoldedText&) = delete;

  std::string_view text() const { return copied_ ? std::string_view(folded_) : source_; }

  // The bytes of the source that a non-empty range of text() came from; dropped characters at its edges stay outside.
  Span Source(Span folded) const;

 private:
  struct Change {
    size_t folded_begin, folded_end, source_begin, source_end;
  };
  void Fold(size_t first);

  std::string_view source_;
  std::string folded_;
  std::vector<Change> changes_;
  bool copied_ = false;
};

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_FOLDED_TEXT_H_
