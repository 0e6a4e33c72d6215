#include "index/faiss_graph.h"

#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/HNSW.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/aligned_floats.h"

namespace usher::index {
namespace {

// On the levels above the lowest, where FAISS takes half as many.
constexpr int kUpperLinks = kLinksPerRow / 2;
constexpr int kEfConstruction = 80;
constexpr uint32_t kRowsBetweenStops = 64;
// Rows are added in a random order, the same at every build.
constexpr uint32_t kOrderSeed = 789;

// The graph keeps the smallest distances, so a distance is the negated dot product of codes.
class CodeDistance final : public faiss::DistanceComputer {
 public:
  CodeDistance(const RowCodes& codes, uint32_t count) : codes_(codes), count_(count) {}

  void SetRow(uint32_t row) { query_ = codes_.AsQuery(row); }
  // FAISS hands over rows by number only; see SetRow.
  void set_query(const float*) override {}
  float operator()(idx_t i) override { return InRange(i) ? -codes_.Product(query_, Row(i)) : kFar; }
  float symmetric_dis(idx_t i, idx_t j) override {
    if (!InRange(i) || !InRange(j)) return kFar;
    if (i != other_row_) {
      other_ = codes_.AsQuery(Row(i));
      other_row_ = i;
    }
    return -codes_.Product(other_, Row(j));
  }

 private:
  static constexpr float kFar = std::numeric_limits<float>::max();

  bool InRange(idx_t i) const { return i >= 0 && i < static_cast<idx_t>(count_); }
  static uint32_t Row(idx_t i) { return static_cast<uint32_t>(i); }

  const RowCodes& codes_;
  uint32_t count_;
  QueryCode query_;
  QueryCode other_;
  idx_t other_row_ = -1;
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

bool AddAll(const RowCodes& codes, uint32_t count, const std::function<bool()>& stop, faiss::HNSW* hnsw) {
  hnsw->prepare_level_tab(count);
  Locks locks(count);
  faiss::VisitedTable visited(static_cast<int>(count));
  CodeDistance distance(codes, count);
  uint32_t added = 0;
  for (const int row : InsertionOrder(hnsw->levels)) {
    if (added++ % kRowsBetweenStops == 0 && stop && stop()) return false;
    distance.SetRow(static_cast<uint32_t>(row));
    hnsw->add_with_locks(distance, hnsw->levels[static_cast<size_t>(row)] - 1, row, locks.get(), visited);
  }
  return true;
}

// The lowest level alone: searches start from cells, not from above.
Column<uint32_t> LowestLevel(const faiss::HNSW& hnsw, uint32_t count) {
  AlignedArray<uint32_t> links(size_t{count} * kLinksPerRow);
  for (uint32_t row = 0; row < count; ++row) {
    size_t begin = 0;
    size_t end = 0;
    hnsw.neighbor_range(row, 0, &begin, &end);
    uint32_t* const own = links.data() + size_t{row} * kLinksPerRow;
    std::fill_n(own, kLinksPerRow, kNoLink);
    size_t kept = 0;
    for (size_t i = begin; i < end && kept < kLinksPerRow; ++i) {
      const auto link = hnsw.neighbors[i];
      if (link >= 0 && static_cast<uint32_t>(link) < count) own[kept++] = static_cast<uint32_t>(link);
    }
  }
  return Column<uint32_t>(std::move(links), size_t{count} * kLinksPerRow);
}

}  // namespace

absl::StatusOr<Column<uint32_t>> LinkRows(const RowCodes& codes, uint32_t count, const std::function<bool()>& stop) {
  if (count > static_cast<uint32_t>(std::numeric_limits<int>::max())) {
    return absl::ResourceExhaustedError(absl::StrCat("graph: ", count, " rows; seal smaller segments"));
  }
  try {
    faiss::HNSW hnsw(kUpperLinks);
    hnsw.efConstruction = kEfConstruction;
    if (!AddAll(codes, count, stop, &hnsw)) return absl::CancelledError("graph: the build was told to stop");
    return LowestLevel(hnsw, count);
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("graph: FAISS could not build it: ", e.what()));
  }
}

}  // namespace usher::index
