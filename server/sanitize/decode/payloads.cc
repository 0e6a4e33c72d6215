#include "server/sanitize/decode/payloads.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/sanitize/decode/decoders.h"

namespace usher::sanitize {
namespace {

using Decoder = void (*)(std::string_view, decode::Payloads&);

constexpr Decoder kDecoders[] = {decode::FindBaseN,          decode::FindEscapes,      decode::FindNumberLists,
                                 decode::FindMorse,          decode::FindLeet,         decode::FindSpacedLetters,
                                 decode::FindShiftedLetters, decode::FindStyledLetters};

// Reads what `outer` says once more, down to `depth` layers; the innermost text is the one that is told.
void Unwrap(Decoded& outer, DecodeBounds bounds) {
  if (--bounds.max_depth <= 0) return;
  bounds.max_payloads = 1;
  std::vector<Decoded> inner = DecodePayloads(outer.text, bounds);
  if (inner.empty()) return;
  outer.how = absl::StrCat(outer.how, "+", inner[0].how);
  outer.text = std::move(inner[0].text);
}

}  // namespace

std::vector<Decoded> DecodePayloads(std::string_view text, const DecodeBounds& bounds) {
  std::vector<Decoded> all;
  for (const Decoder decoder : kDecoders) {
    decode::Payloads payloads(bounds);
    decoder(text, payloads);
    for (Decoded& found : payloads.Take()) {
      Unwrap(found, bounds);
      all.push_back(std::move(found));
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Decoded& a, const Decoded& b) { return a.span.begin < b.span.begin; });
  if (all.size() > bounds.max_payloads) all.resize(bounds.max_payloads);
  return all;
}

}  // namespace usher::sanitize
