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

std::vector<Decoded> DecodeLayer(std::string_view text, const DecodeBounds& bounds, size_t& bytes_left);

// Reads what `outer` says once more, down to `depth` layers; the innermost text is the one that is told.
void Unwrap(Decoded& outer, DecodeBounds bounds, size_t& bytes_left) {
  if (--bounds.max_depth <= 0 || outer.text.size() > bytes_left) return;
  bytes_left -= outer.text.size();
  bounds.max_payloads = 1;
  std::vector<Decoded> inner = DecodeLayer(outer.text, bounds, bytes_left);
  if (inner.empty()) return;
  outer.certain = outer.certain && inner[0].certain;
  outer.how = absl::StrCat(outer.how, "+", inner[0].how);
  outer.text = std::move(inner[0].text);
}

std::vector<Decoded> DecodeLayer(std::string_view text, const DecodeBounds& bounds, size_t& bytes_left) {
  std::vector<Decoded> all;
  for (const Decoder decoder : kDecoders) {
    decode::Payloads payloads(bounds);
    decoder(text, payloads);
    for (Decoded& found : payloads.Take()) {
      Unwrap(found, bounds, bytes_left);
      all.push_back(std::move(found));
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Decoded& a, const Decoded& b) { return a.span.begin < b.span.begin; });
  if (all.size() > bounds.max_payloads) all.resize(bounds.max_payloads);
  return all;
}

}  // namespace

std::vector<Decoded> DecodePayloads(std::string_view text, const DecodeBounds& bounds) {
  size_t bytes_left = 2 * text.size() + 4096;
  return DecodeLayer(text, bounds, bytes_left);
}

}  // namespace usher::sanitize
