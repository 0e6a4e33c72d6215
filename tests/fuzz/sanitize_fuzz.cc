// Any bytes, cleaned: the first byte chooses format and sanitizer, the rest is the text.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/broken.h"
#include "tests/property/clean_promises.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using usher::chunking::Format;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static constexpr Format kFormats[] = {Format::kPlain, Format::kMarkdown, Format::kHtml};
  const auto& sanitizers = usher::tests::AllSanitizers();
  const auto& sanitizer = *sanitizers[data[0] / 3 % sanitizers.size()];
  const auto broken = usher::tests::BrokenPromise(sanitizer, text, kFormats[data[0] % 3]);
  if (broken) usher::tests::Broken(*broken);
  return 0;
}
