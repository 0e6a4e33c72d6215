// Any text, decoded: what server/sanitize/decode/payloads.h promises about bounds and spans. The first two bytes choose
// the bounds.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "index/chunking/utf8.h"
#include "server/sanitize/decode/payloads.h"
#include "tests/fuzz/broken.h"

namespace usher::tests {
namespace {

bool IsSpanOf(std::string_view text, sanitize::Span span) {
  const auto is_boundary = [&](size_t at) { return chunking::FloorToCodePoint(text, at) == at; };
  return span.begin <= span.end && span.end <= text.size() && is_boundary(span.begin) && is_boundary(span.end);
}

void CheckPayloads(std::string_view text, const sanitize::DecodeBounds& bounds) {
  const std::vector<sanitize::Decoded> payloads = sanitize::DecodePayloads(text, bounds);
  Require(payloads.size() <= bounds.max_payloads, "no more payloads than the bound");
  size_t last = 0;
  for (const sanitize::Decoded& payload : payloads) {
    Require(IsSpanOf(text, payload.span) && IsSpanOf(text, payload.around), "spans are spans of the text");
    Require(payload.around.begin <= payload.span.begin && payload.span.end <= payload.around.end, "what is around is");
    Require(payload.span.begin >= last, "payloads ascend");
    Require(chunking::CheckUtf8(payload.text).ok(), "what comes out is UTF-8");
    Require(!payload.how.empty(), "how it was decoded is told");
    const auto layers = 1 + std::count(payload.how.begin(), payload.how.end(), '+');
    Require(layers <= std::max(bounds.max_depth, 1), "no deeper than the bound");
    last = payload.span.begin;
  }
}

}  // namespace
}  // namespace usher::tests

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (!usher::chunking::CheckUtf8(text).ok()) return 0;
  usher::sanitize::DecodeBounds bounds;
  bounds.max_depth = 1 + data[0] % 4;
  if (data[1] % 2 == 1) bounds.max_payloads = 1 + data[1] / 2 % 8;
  if (data[0] >= 128) bounds.max_payload_bytes = 16 + data[1];
  usher::tests::CheckPayloads(text, bounds);
  return 0;
}
