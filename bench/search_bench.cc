// Search of one collection in one thread: how fast authorised rows are read, and what the graph gives for what recall.
//
// Corpus: 200,000 rows around 2,000 centres, in 100 classes of equal size that ignore the topics; "authorised" is in
// percent. A filter asks for a field that one row in a hundred has, whatever its class. Queries are rows moved a
// little. Built once a dimension, in segments of 65,536 rows, which takes minutes.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "acl/entitlement.h"
#include "benchmark/benchmark.h"
#include "index/class_map.h"
#include "index/fields/field_set.h"
#include "index/fields/filter.h"
#include "index/fields/term.h"
#include "index/vector_index.h"

namespace usher::index {
namespace {

constexpr uint64_t kRows = 200'000;
constexpr uint64_t kCentres = 2'000;
constexpr uint32_t kClasses = 100;
constexpr uint32_t kValues = 100;
constexpr int kQueries = 200;
constexpr int kK = 10;

class Corpus {
 public:
  explicit Corpus(int dimension)
      : dimension_(dimension), index_(dimension, {.seal_rows = 65'536}), random_(static_cast<uint32_t>(dimension)) {
    std::vector<std::vector<float>> centres;
    for (uint64_t i = 0; i < kCentres; ++i) centres.push_back(Near(std::vector<float>(Size(), 0.0f), 1.0f));
    std::vector<fields::FieldSetPtr> field_sets;
    for (uint32_t value = 0; value < kValues; ++value) {
      field_sets.push_back(std::make_shared<const fields::FieldSet>(
          absl::btree_set<std::pair<std::string, std::string>>{{"n", fields::NumberTerm(value)}}));
    }
    for (uint64_t i = 0; i < kRows; ++i) {
      const std::vector<float> row = Near(centres[random_() % kCentres], 1.0f);
      const ClassPiece piece{1, acl::ClassId(static_cast<uint32_t>(i % kClasses))};
      index_.Insert(acl::DocumentVersion(i), {&piece, 1}, row, {field_sets[i / kClasses % kValues], {}});
      if (i % (kRows / kQueries) == 0) queries_.push_back(Near(row, 0.5f));
    }
    while (auto job = index_.NextMaintenance()) {
      const auto begin = std::chrono::steady_clock::now();
      job->Run({});
      const auto built = std::chrono::steady_clock::now();
      index_.Install(*job);
      build_seconds_ += std::chrono::duration<double>(built - begin).count();
      longest_install_ms_ =
          std::max(longest_install_ms_,
                   std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - built).count());
    }
  }

  static Corpus& Of(int dimension) {
    static std::map<int, std::unique_ptr<Corpus>> corpora;
    auto& corpus = corpora[dimension];
    if (corpus == nullptr) corpus = std::make_unique<Corpus>(dimension);
    return *corpus;
  }

  VectorIndex& index() { return index_; }
  const std::vector<std::vector<float>>& queries() const { return queries_; }
  double build_seconds() const { return build_seconds_; }
  double longest_install_ms() const { return longest_install_ms_; }

 private:
  size_t Size() const { return static_cast<size_t>(dimension_); }

  // A unit vector at about `distance` from `centre`, which has length 1 or 0.
  std::vector<float> Near(const std::vector<float>& centre, float distance) {
    std::normal_distribution<float> normal(0.0f, distance / std::sqrt(static_cast<float>(dimension_)));
    std::vector<float> vector(centre);
    double norm = 0;
    for (float& value : vector) {
      value += normal(random_);
      norm += static_cast<double>(value) * static_cast<double>(value);
    }
    for (float& value : vector) value = static_cast<float>(value / std::sqrt(norm));
    return vector;
  }

  int dimension_;
  VectorIndex index_;
  std::mt19937 random_;
  std::vector<std::vector<float>> queries_;
  double build_seconds_ = 0;
  double longest_install_ms_ = 0;
};

acl::Entitlement Percent(uint32_t percent) {
  std::vector<acl::ClassId> classes;
  for (uint32_t id = 0; id < percent; ++id) classes.push_back(acl::ClassId(id));
  return acl::Entitlement(classes, absl::InfiniteFuture());
}

Query MakeQuery(const std::vector<float>& vector, SearchMode mode) {
  Query query;
  query.vector = vector;
  query.k = kK;
  query.mode = mode;
  return query;
}

double Recall(const IndexSnapshot& snapshot, const Corpus& corpus, const acl::Entitlement& entitlement) {
  size_t found = 0;
  for (const std::vector<float>& vector : corpus.queries()) {
    std::set<RowKey> best;
    const auto exact = snapshot.Search(MakeQuery(vector, SearchMode::kExact), entitlement);
    for (const Candidate& candidate : exact->candidates) best.insert(candidate.key);
    const auto automatic = snapshot.Search(MakeQuery(vector, SearchMode::kAutomatic), entitlement);
    for (const Candidate& candidate : automatic->candidates) found += best.count(candidate.key);
  }
  return static_cast<double>(found) / static_cast<double>(corpus.queries().size() * kK);
}

// Arguments: dimension, authorised percent.
void BM_Search(benchmark::State& state, SearchMode mode, const fields::Filter* filter = nullptr) {
  Corpus& corpus = Corpus::Of(static_cast<int>(state.range(0)));
  const acl::Entitlement entitlement = Percent(static_cast<uint32_t>(state.range(1)));
  const auto snapshot = corpus.index().Snapshot();
  size_t next = 0;
  uint64_t scanned = 0;
  for (auto _ : state) {
    Query query = MakeQuery(corpus.queries()[next++ % kQueries], mode);
    query.filter = filter;
    const auto result = snapshot->Search(query, entitlement);
    if (!result.ok()) state.SkipWithError("search failed");
    scanned += result->scanned;
    benchmark::DoNotOptimize(result->candidates.data());
  }
  state.SetItemsProcessed(state.iterations());
  // Of codes, a byte a dimension; the floats of the few rows that are scored in full are not counted.
  state.SetBytesProcessed(static_cast<int64_t>(scanned) * state.range(0));
  if (mode == SearchMode::kAutomatic && filter == nullptr)
    state.counters["recall"] = Recall(*snapshot, corpus, entitlement);
}

void Exact(benchmark::State& state) { BM_Search(state, SearchMode::kExact); }
void Automatic(benchmark::State& state) { BM_Search(state, SearchMode::kAutomatic); }
void Filtered(benchmark::State& state) {
  const fields::Filter filter = fields::Filter::In("n", {fields::NumberTerm(7)});
  BM_Search(state, SearchMode::kAutomatic, &filter);
}
BENCHMARK(Exact)->ArgsProduct({{256, 384}, {1, 10, 50, 100}})->Unit(benchmark::kMicrosecond);
BENCHMARK(Automatic)->ArgsProduct({{256, 384}, {50, 75, 100}})->Unit(benchmark::kMicrosecond);
BENCHMARK(Filtered)->ArgsProduct({{256, 384}, {1, 10, 50}})->Unit(benchmark::kMicrosecond);

// Shown as counters, for the corpus is built once: seconds of graph building, and the longest pause of a writer.
void Snapshot(benchmark::State& state) {
  Corpus& corpus = Corpus::Of(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(corpus.index().Snapshot());
  state.counters["build_s"] = corpus.build_seconds();
  state.counters["longest_install_ms"] = corpus.longest_install_ms();
}
BENCHMARK(Snapshot)->Arg(256)->Arg(384);

void ReclassifyOneRow(benchmark::State& state) {
  Corpus& corpus = Corpus::Of(256);
  const acl::DocumentVersion version(kRows / 2);
  uint32_t class_id = 0;
  for (auto _ : state) corpus.index().Reclassify(version, acl::ClassId(++class_id % kClasses));
}
BENCHMARK(ReclassifyOneRow);

// What each query begins with: how many rows an entitlement of so many classes may read. The second argument says how
// many documents are written between two queries.
void CountAuthorized(benchmark::State& state) {
  const auto classes = static_cast<uint32_t>(state.range(0));
  ClassCounts counts;
  std::vector<acl::ClassId> readable;
  for (uint32_t id = 0; id < classes; ++id) {
    counts.Add(acl::ClassId(id), 1);
    readable.push_back(acl::ClassId(id));
  }
  const acl::Entitlement entitlement(std::move(readable), absl::InfiniteFuture());
  for (auto _ : state) {
    for (int64_t i = 0; i < state.range(1); ++i) counts.Add(acl::ClassId(classes / 2), 1);
    const ClassCounts snapshot = counts;
    benchmark::DoNotOptimize(snapshot.Authorized(entitlement));
  }
}
BENCHMARK(CountAuthorized)->ArgsProduct({{100, 10'000, 300'000}, {0, 1}});

}  // namespace
}  // namespace usher::index

BENCHMARK_MAIN();
