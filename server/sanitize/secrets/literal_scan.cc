#include "server/sanitize/secrets/literal_scan.h"

#include <cstring>
#include <utility>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

uint32_t StartOf(const char* bytes) {
  const auto byte = [bytes](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  return byte(0) | byte(1) << 8 | byte(2) << 16;
}

// Reads one byte more than it uses.
uint32_t QuickStartOf(const char* bytes) {
  uint32_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  return word & 0xFFFFFF;
}

constexpr uint32_t Hash(uint32_t start, uint32_t bits) { return (start * 0x9E3779B1u) >> (32 - bits); }

}  // namespace

LiteralScan::LiteralScan(std::vector<Literal> literals)
    : literals_(std::move(literals)), filter_((size_t{1} << kBits) / 64) {
  for (size_t i = 0; i < literals_.size(); ++i) Insert(literals_[i], i);
}

void LiteralScan::Insert(const Literal& literal, size_t index) {
  const unsigned variants = literal.any_case ? 1u << kStart : 1;
  for (unsigned variant = 0; variant < variants; ++variant) {
    std::string start = literal.text.substr(0, kStart);
    bool same_as_other = false;
    for (size_t i = 0; i < kStart; ++i) {
      if ((variant >> i & 1) == 0) continue;
      same_as_other |= !chunking::IsLetterAscii(start[i]);
      start[i] = static_cast<char>(start[i] - ('a' - 'A'));
    }
    if (same_as_other) continue;
    const uint32_t key = StartOf(start.data());
    by_start_[key].push_back(index);
    filter_[Hash(key, kBits) / 64] |= uint64_t{1} << (Hash(key, kBits) % 64);
  }
}

bool LiteralScan::MayStart(const char* bytes) const {
  const uint32_t hash = Hash(QuickStartOf(bytes), kBits);
  return (filter_[hash / 64] >> (hash % 64) & 1) != 0;
}

size_t LiteralScan::Next(std::string_view text, size_t from) const {
  const char* bytes = text.data();
  size_t i = from;
  for (; i + 7 <= text.size(); i += 4) {
    // Without a branch a place: text hardly ever gets past this.
    const bool any = static_cast<int>(MayStart(bytes + i)) | static_cast<int>(MayStart(bytes + i + 1)) |
                     static_cast<int>(MayStart(bytes + i + 2)) | static_cast<int>(MayStart(bytes + i + 3));
    if (!any) continue;
    for (size_t lane = 0; lane < 4; ++lane) {
      if (MayStart(bytes + i + lane)) return i + lane;
    }
  }
  for (; i + kStart <= text.size(); ++i) {
    if (by_start_.contains(StartOf(bytes + i))) return i;
  }
  return std::string_view::npos;
}

void LiteralScan::At(std::string_view text, size_t offset, std::vector<size_t>& ids) const {
  ids.clear();
  const auto found = by_start_.find(StartOf(text.data() + offset));
  if (found == by_start_.end()) return;
  for (const size_t index : found->second) {
    const Literal& literal = literals_[index];
    const std::string_view here = text.substr(offset, literal.text.size());
    if (literal.any_case ? chunking::EqualsIgnoreCaseAscii(here, literal.text) : here == literal.text) {
      ids.push_back(literal.id);
    }
  }
}

}  // namespace usher::sanitize
