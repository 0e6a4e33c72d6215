// How fast the static embedder turns text into vectors, in tokens a second on one core.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "index/embed/static_embedder.h"

namespace usher::embed {
namespace {

constexpr std::string_view kEnglish =
    "The committee reviewed the quarterly report and asked the finance team to explain why travel costs had doubled "
    "since "
    "the reorganisation. Several members proposed a stricter approval process; others preferred to wait for the "
    "audit. ";
constexpr std::string_view kMixed =
    "Die Straße führt über die Brücke nach Zürich — “fünf Minuten” zu Fuß. "
    "Le café est fermé; voilà où nous étions. ";

const acl::SystemClock& TheClock() {
  static const acl::SystemClock clock;
  return clock;
}

StaticModel LoadModel() {
  auto model = StaticModel::Load(DefaultStaticModelPath());
  if (!model.ok()) {
    std::cerr << model.status() << "\n";
    std::exit(1);
  }
  return *std::move(model);
}

void EmbedTexts(benchmark::State& state, std::string_view sentence) {
  static const StaticModel* const tokens_model = new StaticModel(LoadModel());
  static const StaticEmbedder* const embedder = new StaticEmbedder(LoadModel(), TheClock());
  std::string text;
  for (int64_t i = 0; i < state.range(0); ++i) text += sentence;
  std::vector<int32_t> ids;
  if (!tokens_model->tokenizer().Tokenize(text, ids).ok()) state.SkipWithError("text does not tokenize");
  const std::vector<std::string_view> texts(16, text);
  for (auto _ : state) {
    auto rows = embedder->Embed(texts, absl::InfiniteFuture());
    if (!rows.ok()) state.SkipWithError("text does not embed");
    benchmark::DoNotOptimize(rows);
  }
  state.counters["tokens/s"] =
      benchmark::Counter(static_cast<double>(ids.size() * texts.size()), benchmark::Counter::kIsIterationInvariantRate);
}

void English(benchmark::State& state) { EmbedTexts(state, kEnglish); }
void MixedScripts(benchmark::State& state) { EmbedTexts(state, kMixed); }
BENCHMARK(English)->Arg(1)->Arg(8)->Arg(100);
BENCHMARK(MixedScripts)->Arg(8);

void LoadFromDisk(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(LoadModel());
}
BENCHMARK(LoadFromDisk)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace usher::embed

BENCHMARK_MAIN();
