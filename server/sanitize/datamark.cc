#include "server/sanitize/datamark.h"

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_replace.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/word_starts.h"

namespace usher::sanitize {
namespace {

constexpr char32_t kFirst = 0xE000;
constexpr char32_t kLast = 0xF8FF;
constexpr uint32_t kCount = kLast - kFirst + 1;

bool IsMarker(std::string_view marker) {
  if (marker.size() != 6 || !chunking::CheckUtf8(marker).ok()) return false;
  size_t at = 0;
  const char32_t first = chunking::NextCodePoint(marker, at);
  if (at != 3) return false;
  const char32_t second = chunking::NextCodePoint(marker, at);
  const auto is_private = [](char32_t c) { return c >= kFirst && c <= kLast; };
  return at == 6 && is_private(first) && is_private(second) && first != second;
}

}  // namespace

absl::StatusOr<std::string> DrawMarker(const RandomBytes& random) {
  std::array<unsigned char, 4> bytes{};
  if (!random(absl::MakeSpan(bytes))) {
    return absl::UnavailableError("no random bytes for the answer's marker: check the system's random source");
  }
  uint32_t drawn = 0;
  for (const unsigned char byte : bytes) drawn = drawn << 8 | byte;
  const uint32_t pair = drawn % (kCount * (kCount - 1));
  const uint32_t first = pair % kCount;
  const uint32_t step = 1 + pair / kCount;  // from the first to the second, around the end
  std::string marker;
  chunking::AppendUtf8(kFirst + first, marker);
  chunking::AppendUtf8(kFirst + (first + step) % kCount, marker);
  return marker;
}

absl::StatusOr<std::string> Datamark(std::string_view text, std::string_view marker) {
  if (!IsMarker(marker)) {
    return absl::InvalidArgumentError("the marker must be two different characters of private use: draw one");
  }
  if (text.find(marker) != std::string_view::npos) {
    return absl::InvalidArgumentError("the marker occurs in the text it should mark: draw another one");
  }
  if (absl::Status status = chunking::CheckUtf8(text); !status.ok()) return status;
  std::string marked;
  marked.reserve(text.size() * 2);
  size_t copied = 0;
  ForEachWordStart(text, [&](size_t start) {
    marked.append(text.substr(copied, start - copied)).append(marker);
    copied = start;
  });
  marked.append(text.substr(copied));
  return marked;
}

std::string Unmark(std::string_view marked, std::string_view marker) {
  return absl::StrReplaceAll(absl::string_view(marked.data(), marked.size()),
                             {{absl::string_view(marker.data(), marker.size()), ""}});
}

}  // namespace usher::sanitize
