#include "index/faiss_graph.h"

#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/HNSW.h>
#include <faiss/impl/IDSelector.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/kernels/dot.h"

namespace usher::index {
namespace {

constexpr int kLinksPerRow = 16;
constexpr int kEfConstruction = 80;
constexpr uint32_t kRowsBetweenStops = 64;
// Rows are added in a random order, the same at every build.
constexpr uint32_t kOrderSeed = 789;

// The graph keeps the smallest distances, so a distance is the negated dot product.
class RowDistance final : public faiss::DistanceComputer {
 public:
  explicit RowDistance(const RowsView& rows) : rows_(rows) {}
  void set_query(const float* query) override { query_ = query; }
  float operator()(idx_t i) override { return Between(query_, i); }
  float symmetric_dis(idx_t i, idx_t j) override {
    return InRange(i) ? Between(Row(i), j) : std::numeric_limits<float>::max();
  }

 private:
  bool InRange(idx_t i) const { return i >= 0 && i < static_cast<idx_t>(rows_.count); }
  const float* Row(idx_t i) const { return rows_.data + static_cast<size_t>(i) * rows_.stride; }
  float Between(const float* a, idx_t j) const {
    return InRange(j) ? -Dot(a, Row(j), rows_.stride) : std::numeric_limits<float>::max();
  }

  const RowsView& rows_;
  const float* query_ = nullptr;
};

// FAISS's own bitmap selector checks no bounds.
class AllowedRows final : public faiss::IDSelector {
 public:
  AllowedRows(uint32_t count, absl::FunctionRef<bool(uint32_t)> allowed) : count_(count), allowed_(allowed) {}
  bool is_member(idx_t id) const override {
    if (id < 0 || id >= static_cast<idx_t>(count_) || !allowed_(static_cast<uint32_t>(id))) return false;
    ++seen_;
    return true;
  }
  uint64_t seen() const { return seen_; }

 private:
  uint32_t count_;
  absl::FunctionRef<bool(uint32_t)> allowed_;
  mutable uint64_t seen_ = 0;  // the interface is const; one selector serves one search
};

// Marks of visited rows, kept by each thread because clearing them costs more than a search.
class ThreadVisited {
 public:
  faiss::VisitedTable& For(uint32_t rows) {
    if (table_ == nullptr || dirty_ || table_->visited.size() < rows) {
      table_ = std::make_unique<faiss::VisitedTable>(static_cast<int>(rows));
    }
    dirty_ = true;
    return *table_;
  }
  // FAISS advances the table at the end of a search that did not throw.
  void SearchEnded() { dirty_ = false; }

 private:
  std::unique_ptr<faiss::VisitedTable> table_;
  bool dirty_ = false;
};

// Upper levels first, as FAISS does, each level shuffled: rows come sorted by class, and such an order makes worse
// graphs.
std::vector<int> InsertionOrder(const std::vector<int>& levels) {
  std::vector<int> order(levels.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::mt19937 random(kOrderSeed);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return levels[static_cast<size_t>(a)] > levels[static_cast<size_t>(b)]; });
  return order;
}

class Locks {
 public:
  explicit Locks(size_t count) : locks_(count) {
    for (omp_lock_t& lock : locks_) omp_init_lock(&lock);
  }
  ~Locks() {
    for (omp_lock_t& lock : locks_) omp_destroy_lock(&lock);
  }
  Locks(const Locks&) = delete;
  Locks& operator=(const Locks&) = delete;
  std::vector<omp_lock_t>& get() { return locks_; }

 private:
  std::vector<omp_lock_t> locks_;
};

}  // namespace

struct FaissGraph::Impl {
  explicit Impl(RowsView view) : rows(view), hnsw(kLinksPerRow) {
    hnsw.efConstruction = kEfConstruction;
    // Above this, the efSearch of a single search is silently ignored.
    hnsw.efSearch = kMaxEf;
    // Any other value of these two makes FAISS ignore the selector and return forbidden rows.
    hnsw.search_bounded_queue = true;
    hnsw.upper_beam = 1;
  }

  bool AddAll(const std::function<bool()>& stop) {
    hnsw.prepare_level_tab(rows.count);
    Locks locks(rows.count);
    faiss::VisitedTable visited(static_cast<int>(rows.count));
    RowDistance distance(rows);
    uint32_t added = 0;
    for (const int row : InsertionOrder(hnsw.levels)) {
      if (added++ % kRowsBetweenStops == 0 && stop && stop()) return false;
      distance.set_query(rows.data + static_cast<size_t>(row) * rows.stride);
      hnsw.add_with_locks(distance, hnsw.levels[static_cast<size_t>(row)] - 1, row, locks.get(), visited);
    }
    return true;
  }

  RowsView rows;
  faiss::HNSW hnsw;
};

FaissGraph::FaissGraph(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FaissGraph::~FaissGraph() = default;

absl::StatusOr<std::unique_ptr<FaissGraph>> FaissGraph::Build(RowsView rows, const std::function<bool()>& stop) {
  if (rows.count > static_cast<uint32_t>(std::numeric_limits<int>::max())) {
    return absl::ResourceExhaustedError(absl::StrCat("graph: ", rows.count, " rows; seal smaller segments"));
  }
  try {
    auto impl = std::make_unique<Impl>(rows);
    if (!impl->AddAll(stop)) return absl::CancelledError("graph: the build was told to stop");
    return std::unique_ptr<FaissGraph>(new FaissGraph(std::move(impl)));
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("graph: FAISS could not build it: ", e.what()));
  }
}

absl::StatusOr<FaissGraph::Result> FaissGraph::Search(const float* query, int k, int ef,
                                                      absl::FunctionRef<bool(uint32_t)> allowed) const {
  if (k < 1 || ef < k || ef > kMaxEf) {
    return absl::InvalidArgumentError(
        absl::StrCat("graph: k = ", k, ", ef = ", ef, "; needs 1 <= k <= ef <= ", kMaxEf));
  }
  static thread_local ThreadVisited thread_visited;
  try {
    AllowedRows selector(impl_->rows.count, allowed);
    faiss::SearchParametersHNSW parameters;
    parameters.efSearch = ef;
    parameters.sel = &selector;
    RowDistance distance(impl_->rows);
    distance.set_query(query);
    std::vector<faiss::Index::idx_t> rows(static_cast<size_t>(k), -1);
    std::vector<float> distances(static_cast<size_t>(k), std::numeric_limits<float>::max());
    faiss::VisitedTable& visited = thread_visited.For(impl_->rows.count);
    impl_->hnsw.search(distance, k, rows.data(), distances.data(), visited, &parameters);
    thread_visited.SearchEnded();

    Result result;
    result.allowed_rows_seen = selector.seen();
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    for (const faiss::Index::idx_t row : rows) {
      if (row < 0 || row >= static_cast<faiss::Index::idx_t>(impl_->rows.count)) continue;
      if (!allowed(static_cast<uint32_t>(row))) continue;
      // The score is computed again, so that it is the exact path's to the last bit whatever FAISS returned.
      result.hits.push_back({static_cast<uint32_t>(row), -distance(row)});
    }
    return result;
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("graph: FAISS could not search it: ", e.what()));
  }
}

}  // namespace usher::index
