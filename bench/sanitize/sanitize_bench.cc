// Cleaning one chunk of 1,200 characters on one core, by the kind of text, and the detectors by themselves.
//
// "items_per_second" are chunks. What callers keep between texts (rules, weights, formats) is built before the clock
// starts.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/sanitize/texts.h"
#include "benchmark/benchmark.h"
#include "server/sanitize/decode/payloads.h"
#include "server/sanitize/injection/injection_detector.h"
#include "server/sanitize/personal/personal_detector.h"
#include "server/sanitize/sanitizer.h"
#include "server/sanitize/secrets/secret_detector.h"

namespace usher::bench {
namespace {

constexpr size_t kChunksOfAKind = 64;

// Calls `work` with one chunk after another.
template <typename Work>
void Measure(const std::string& name, const Chunks& chunks, const Work& work) {
  benchmark::RegisterBenchmark(absl::StrCat(name, "/", chunks.name).c_str(), [&chunks, work](benchmark::State& state) {
    size_t bytes = 0;
    size_t next = 0;
    for (const std::string& text : chunks.texts) work(text, chunks.format);
    for (auto _ : state) {
      const std::string& text = chunks.texts[next++ % chunks.texts.size()];
      work(text, chunks.format);
      bytes += text.size();
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
    state.SetBytesProcessed(static_cast<int64_t>(bytes));
  });
}

void MeasureAll(const Chunks& chunks) {
  static const auto* const kSanitizer = new sanitize::Sanitizer();
  static const auto* const kSecrets = new sanitize::SecretDetector();
  static const auto* const kPersonal = new sanitize::PersonalDataDetector();
  Measure("clean", chunks, [](const std::string& text, chunking::Format format) {
    benchmark::DoNotOptimize(kSanitizer->Clean(text, format));
  });
  Measure("decode", chunks,
          [](const std::string& text, chunking::Format) { benchmark::DoNotOptimize(sanitize::DecodePayloads(text)); });
  Measure("injection", chunks, [](const std::string& text, chunking::Format) {
    benchmark::DoNotOptimize(
        sanitize::injection::InjectionDetector::Shipped().Judge(text, sanitize::DecodePayloads(text)));
  });
  Measure("secrets", chunks,
          [](const std::string& text, chunking::Format) { benchmark::DoNotOptimize(kSecrets->Find(text)); });
  Measure("personal", chunks,
          [](const std::string& text, chunking::Format) { benchmark::DoNotOptimize(kPersonal->Find(text)); });
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const auto all = usher::bench::SampleChunks(usher::bench::kChunksOfAKind);
  for (const auto& chunks : all) usher::bench::MeasureAll(chunks);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
