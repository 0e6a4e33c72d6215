#include "server/sanitize/invisible_bits.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr size_t kFewestLetters = 3;
constexpr size_t kListed = 24;  // code points named when nothing can be read

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; });
}

// The letters of `width` bits each; `one` stands for 1.
std::optional<std::string> ReadBits(const std::vector<char32_t>& bits, char32_t one, size_t width) {
  std::string text;
  for (size_t at = 0; at + width <= bits.size(); at += width) {
    unsigned letter = 0;
    for (size_t i = 0; i < width; ++i) letter = letter << 1 | (bits[at + i] == one ? 1u : 0u);
    text.push_back(static_cast<char>(letter));
  }
  // A run may have lost its last letters.
  if (text.size() < kFewestLetters || !IsPrintable(text)) return std::nullopt;
  return text;
}

// The different characters, the most frequent first.
std::vector<char32_t> Alphabet(const std::vector<char32_t>& all) {
  std::vector<char32_t> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::pair<size_t, char32_t>> counts;
  for (const char32_t c : sorted) {
    if (counts.empty() || counts.back().second != c) counts.emplace_back(0, c);
    ++counts.back().first;
  }
  std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<char32_t> alphabet;
  for (const auto& [count, c] : counts) alphabet.push_back(c);
  return alphabet;
}

std::optional<std::string> Spelled(const std::vector<char32_t>& all) {
  const std::vector<char32_t> alphabet = Alphabet(all);
  if (alphabet.size() < 2) return std::nullopt;
  std::vector<char32_t> bits;
  std::copy_if(all.begin(), all.end(), std::back_inserter(bits),
               [&alphabet](char32_t c) { return c == alphabet[0] || c == alphabet[1]; });
  for (const size_t width : {size_t{8}, size_t{7}, size_t{16}}) {
    for (const char32_t one : {alphabet[0], alphabet[1]}) {
      if (auto text = ReadBits(bits, one, width)) return text;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string DescribeInvisible(std::string_view characters) {
  std::vector<char32_t> all;
  for (size_t at = 0; at < characters.size();) all.push_back(chunking::NextCodePoint(characters, at));
  if (auto text = Spelled(all)) return *std::move(text);
  std::string listed;
  for (size_t i = 0; i < std::min(all.size(), kListed); ++i) {
    absl::StrAppend(&listed, absl::StrFormat("U+%04X ", static_cast<unsigned>(all[i])));
  }
  return listed;
}

}  // namespace usher::sanitize
