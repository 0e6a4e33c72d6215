#include "server/sanitize/spotlight.h"

#include <array>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr size_t kBoundaryBytes = 16;
constexpr std::string_view kMark = "<<<";

bool IsBoundary(std::string_view boundary) {
  return boundary.size() == 2 * kBoundaryBytes &&
         boundary.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A model may take any "<<<END" for the end, whatever follows it.
std::string BreakMarks(std::string_view text) {
  std::string broken;
  broken.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t mark = std::min(text.find(kMark, at), text.size());
    broken.append(text.substr(at, mark - at));
    if (mark == text.size()) break;
    broken.append("\\").append(kMark);
    at = mark + kMark.size();
  }
  return broken;
}

}  // namespace

absl::StatusOr<std::string> DrawBoundary(const RandomBytes& random) {
  std::array<unsigned char, kBoundaryBytes> bytes{};
  if (!random(absl::MakeSpan(bytes))) {
    return absl::UnavailableError("no random bytes for the answer's boundary: check the system's random source");
  }
  return absl::BytesToHexString({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

absl::StatusOr<std::string> Delimit(std::string_view text, size_t ordinal, std::string_view boundary) {
  if (!IsBoundary(boundary)) return absl::InvalidArgumentError("the boundary must be 32 hexadecimal digits: draw one");
  if (text.find(boundary) != std::string_view::npos) {
    return absl::InvalidArgumentError("the boundary occurs in the text it should mark: draw another one");
  }
  if (absl::Status status = chunking::CheckUtf8(text); !status.ok()) return status;
  const std::string name(boundary);
  return absl::StrCat("<<<CONTEXT ", name, " ", ordinal, ">>>\n", BreakMarks(text), "\n<<<END ", name, ">>>\n");
}

}  // namespace usher::sanitize
