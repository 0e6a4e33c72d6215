#include "server/sanitize/text_features.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighBits = 0x8080808080808080u;

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

// Eight bytes at a time; only words with something below a space or a DEL, mostly line breaks, are looked at closely.
bool HasControls(std::string_view text) {
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, sizeof(word));
    const uint64_t not_delete = word ^ (kOnes * 0x7F);
    const uint64_t suspicious = ((word - kOnes * 0x20) & ~word) | ((not_delete - kOnes) & ~not_delete);
    if ((suspicious & kHighBits) == 0) continue;
    const std::string_view bytes = text.substr(i, sizeof(word));
    if (std::any_of(bytes.begin(), bytes.end(), IsControl)) return true;
  }
  return std::any_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), IsControl);
}

bool Contains(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

}  // namespace

TextFeatures TextFeatures::Of(std::string_view text) {
  return {!chunking::IsAscii(text), HasControls(text), Contains(text, '<'), Contains(text, '['), Contains(text, ':')};
}

}  // namespace usher::sanitize
