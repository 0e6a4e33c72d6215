#include "index/chunking/format.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"

namespace usher::chunking {

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kPlain:
      return "text/plain";
    case Format::kMarkdown:
      return "text/markdown";
    case Format::kHtml:
      return "text/html";
  }
  return "text/plain";
}

absl::StatusOr<Format> ParseFormat(std::string_view media_type) {
  const std::string_view type = TrimAscii(media_type.substr(0, media_type.find(';')));
  for (const Format format : {Format::kPlain, Format::kMarkdown, Format::kHtml}) {
    if (EqualsIgnoreCaseAscii(type, FormatName(format))) return format;
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown document format of ", media_type.size(),
                                                 " bytes: use text/plain, text/markdown or text/html"));
}

}  // namespace usher::chunking
