#include "server/sanitize/text_features.h"

#include <array>
#include <cstdint>

namespace usher::sanitize {
namespace {

enum Bit : uint8_t { kNonAscii = 1, kControl = 2, kLessThan = 4, kBracket = 8, kColon = 16 };

constexpr std::array<uint8_t, 256> MakeTable() {
  std::array<uint8_t, 256> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    if (c >= 0x80) table[c] = kNonAscii;
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) table[c] = kControl;
  }
  table['<'] = kLessThan;
  table['['] = kBracket;
  table[':'] = kColon;
  return table;
}

constexpr std::array<uint8_t, 256> kTable = MakeTable();

}  // namespace

TextFeatures TextFeatures::Of(std::string_view text) {
  // Four independent accumulators keep the loads from waiting for each other.
  unsigned seen[4] = {};
  size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    for (size_t lane = 0; lane < 4; ++lane) seen[lane] |= kTable[static_cast<unsigned char>(text[i + lane])];
  }
  for (; i < text.size(); ++i) seen[0] |= kTable[static_cast<unsigned char>(text[i])];
  const unsigned all = seen[0] | seen[1] | seen[2] | seen[3];
  return {(all & kNonAscii) != 0, (all & kControl) != 0, (all & kLessThan) != 0, (all & kBracket) != 0,
          (all & kColon) != 0};
}

}  // namespace usher::sanitize
