#include "server/pipeline/heading_filter.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

namespace usher::pipeline {
namespace {

// Where a line breaks inside a heading differs between the source, the heading and the cleaned text.
std::string WithoutSpace(std::string_view text) {
  std::string dense;
  std::copy_if(text.begin(), text.end(), std::back_inserter(dense),
               [](char c) { return !absl::ascii_isspace(static_cast<unsigned char>(c)); });
  return dense;
}

}  // namespace

absl::StatusOr<std::string> HeadingFilter::Title(const chunking::Piece& piece) const {
  if (!piece.title_stated) return Shown(piece.title, WithoutSpace(clean_.text));
  absl::StatusOr<sanitize::CleanText> title = sanitizer_.Clean(piece.title, format_);
  if (!title.ok()) return title.status();
  return std::string(absl::StripAsciiWhitespace(title->text));
}

absl::StatusOr<std::vector<std::string>> HeadingFilter::Take(const chunking::Piece& piece) {
  // A heading that was not yet open where the piece before began stands between there and the end of this one.
  const sanitize::Span near = clean_.map.ShareOf(sanitize::Span{previous_begin_, piece.end});
  previous_begin_ = piece.begin;
  std::string visible;
  std::map<std::string, std::string> known;
  std::vector<std::string> shown;
  for (const std::string& heading : piece.headings) {
    auto found = known_.find(heading);
    if (found == known_.end() || found->second.empty()) {
      if (visible.empty()) visible = WithoutSpace(std::string_view(clean_.text).substr(near.begin, near.size()));
      absl::StatusOr<std::string> text = Shown(heading, visible);
      if (!text.ok()) return text.status();
      found = known_.insert_or_assign(heading, *std::move(text)).first;
    }
    if (!found->second.empty()) shown.push_back(found->second);
    known.insert(*found);
  }
  known_ = std::move(known);
  return shown;
}

absl::StatusOr<std::string> HeadingFilter::Shown(const std::string& heading, const std::string& visible) const {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer_.Clean(heading, format_);
  if (!clean.ok()) return clean.status();
  const std::string dense = WithoutSpace(clean->text);
  if (dense.empty() || visible.find(dense) == std::string::npos) return std::string();
  return std::string(absl::StripAsciiWhitespace(clean->text));
}

}  // namespace usher::pipeline
