#include "server/sanitize/trigger_scan.h"

#include <array>
#include <cstdint>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

// Four bytes of every stem that an instruction pattern cannot match without; each has its own bit.
constexpr std::array<std::string_view, 40> kStems = {
    "igno", "disr", "forg", "over", "bypa", "negl", "syst", "assi", "you ", "ai a", "llm ", "<|im", "<|st", "[ins",
    "tool", "reve", "<|en", "<|be", "jail", "huma", "pret", "lang", "<<sy", "rest", "send", "conv", "o ai", "tell",
    "when", "as p", "only", "chat", "hidd", "init", "secr", "user", "prom", "r ai", "func", "<|eo"};
using Mask = uint64_t;
using Table = std::array<Mask, 256>;

constexpr Table MakeTable(size_t position) {
  Table table{};
  for (size_t stem = 0; stem < kStems.size(); ++stem) {
    for (size_t c = 0; c < table.size(); ++c) {
      if (chunking::ToLowerAscii(static_cast<char>(c)) == kStems[stem][position]) table[c] |= Mask{1} << stem;
    }
  }
  return table;
}

constexpr std::array<Table, 4> kTables = {MakeTable(0), MakeTable(1), MakeTable(2), MakeTable(3)};

}  // namespace

size_t NextTrigger(std::string_view text, size_t from) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  for (size_t i = from; i + 4 <= text.size(); ++i) {
    const Mask mask = kTables[0][bytes[i]] & kTables[1][bytes[i + 1]];
    if (mask != 0 && (mask & kTables[2][bytes[i + 2]] & kTables[3][bytes[i + 3]]) != 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace usher::sanitize
