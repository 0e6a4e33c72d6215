#include "server/sanitize/trigger_scan.h"

#include "index/chunking/ascii.h"

namespace usher::sanitize {
TriggerScan::TriggerScan(const std::vector<std::string_view>& stems) {
  for (size_t stem = 0; stem < stems.size(); ++stem) {
    for (size_t position = 0; position < tables_.size(); ++position) {
      for (size_t c = 0; c < 256; ++c) {
        const bool same = chunking::ToLowerAscii(static_cast<char>(c)) == stems[stem][position];
        if (same) tables_[position][c] |= Mask{1} << stem;
      }
    }
  }
}

TriggerScan::Mask TriggerScan::At(const unsigned char* bytes) const {
  return tables_[0][bytes[0]] & tables_[1][bytes[1]] & tables_[2][bytes[2]] & tables_[3][bytes[3]];
}

size_t TriggerScan::Next(std::string_view text, size_t from) const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t i = from;
  // Three of the four bytes, four places at a time, without a branch: text hardly ever gets past this.
  const auto near = [this, bytes](size_t at) {
    return tables_[0][bytes[at]] & tables_[1][bytes[at + 1]] & tables_[2][bytes[at + 2]];
  };
  for (; i + 8 <= text.size(); i += 4) {
    if ((near(i) | near(i + 1) | near(i + 2) | near(i + 3)) == 0) continue;
    for (size_t lane = 0; lane < 4; ++lane) {
      if (At(bytes + i + lane) != 0) return i + lane;
    }
  }
  for (; i + 4 <= text.size(); ++i) {
    if (At(bytes + i) != 0) return i;
  }
  return std::string_view::npos;
}

TriggerScan::Mask TriggerScan::All(std::string_view text) const {
  Mask all = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (size_t i = Next(text, 0); i < text.size(); i = Next(text, i + 1)) all |= At(bytes + i);
  return all;
}

}  // namespace usher::sanitize
