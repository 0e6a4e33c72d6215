#include "index/chunking/chunker.h"

#include "absl/strings/str_cat.h"
#include "index/chunking/block.h"
#include "index/chunking/block_packer.h"
#include "index/chunking/utf8.h"

namespace usher::chunking {
namespace {

absl::Status CheckRange(const char* name, int value, int low, int high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("chunking option ", name, " is ", value, ": choose a value from ", low, " to ", high));
}

Outline BlocksOf(std::string_view source, Format format, const ChunkingOptions& options) {
  switch (format) {
    case Format::kPlain:
      return PlainBlocks(source);
    case Format::kMarkdown:
      return MarkdownBlocks(source, static_cast<size_t>(options.max_bytes));
    case Format::kHtml:
      return HtmlBlocks(source);
  }
  return PlainBlocks(source);
}

}  // namespace

absl::Status ChunkingOptions::Validate() const {
  constexpr int kLargest = 1 << 16;
  absl::Status status = CheckRange("max_bytes", max_bytes, 64, kLargest);
  if (status.ok()) status = CheckRange("target_bytes", target_bytes, 32, max_bytes);
  if (status.ok()) status = CheckRange("overlap_bytes", overlap_bytes, 0, target_bytes / 2);
  if (status.ok()) status = CheckRange("tiny_bytes", tiny_bytes, 0, target_bytes);
  return status;
}

absl::StatusOr<std::vector<Piece>> Split(std::string_view source, Format format, const ChunkingOptions& options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  if (absl::Status status = CheckUtf8(source); !status.ok()) return status;
  return PackBlocks(source, BlocksOf(source, format, options), options);
}

}  // namespace usher::chunking
