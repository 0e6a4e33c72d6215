// Lets through those headings of a document's pieces that its cleaned text shows.
//
// The chunker reads headings from the source, where a style or a comment may hide them from people. Guarantees: what
// comes out is cleaned, and stands in the cleaned text near the piece (but for white space), or is the title that an
// HTML page states beside its text. A heading that is hidden in part is left out as a whole. Time is linear in the
// document. Thread-safety: none; one filter for one document.
#ifndef USHER_SERVER_PIPELINE_HEADING_FILTER_H_
#define USHER_SERVER_PIPELINE_HEADING_FILTER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/chunking/chunker.h"
#include "index/chunking/format.h"
#include "server/sanitize/sanitizer.h"

namespace usher::pipeline {

class HeadingFilter {
 public:
  // `clean`: the whole source, cleaned. Both references must outlive the filter.
  HeadingFilter(const sanitize::Sanitizer& sanitizer, chunking::Format format, const sanitize::CleanText& clean)
      : sanitizer_(sanitizer), format_(format), clean_(clean) {}

  // The piece's title; empty when it is hidden. Errors are those of Sanitizer::Clean, here and below.
  absl::StatusOr<std::string> Title(const chunking::Piece& piece) const;

  // The piece's headings that are shown. Pieces must come in the order of the source.
  absl::StatusOr<std::vector<std::string>> Take(const chunking::Piece& piece);

 private:
  // Cleaned, or empty when `visible` (without white space) does not hold it.
  absl::StatusOr<std::string> Shown(const std::string& heading, const std::string& visible) const;

  const sanitize::Sanitizer& sanitizer_;
  const chunking::Format format_;
  const sanitize::CleanText& clean_;
  std::map<std::string, std::string> known_;  // headings of the piece before, and what was made of them
  size_t previous_begin_ = 0;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_HEADING_FILTER_H_
