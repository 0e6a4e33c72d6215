// A navigable small-world graph (FAISS's HNSW) over rows that somebody else owns.
//
// Guarantees: Search returns only rows for which `allowed` said yes, each at most once, all within range: FAISS's
// answer is checked again. FAISS's exceptions end here as a Status. One search runs on the calling thread only.
// Non-guarantees: Search may return fewer rows than there are, and may miss the best; the distance of rows that are not
// allowed is computed too, for they are crossed on the way, but influences no score.
// Thread-safety: immutable after Build.
#ifndef USHER_INDEX_FAISS_GRAPH_H_
#define USHER_INDEX_FAISS_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace usher::index {

// `count` rows of `stride` floats each.
struct RowsView {
  const float* data = nullptr;
  size_t stride = 0;
  uint32_t count = 0;
};

class FaissGraph {
 public:
  // The widest search the graph allows. FAISS bounds its queue by a setting of the graph, not of the search.
  static constexpr int kMaxEf = 256;

  struct Hit {
    uint32_t row;
    float score;  // dot product
  };
  struct Result {
    std::vector<Hit> hits;           // in no order, at most k
    uint64_t allowed_rows_seen = 0;  // allowed rows whose distance was computed
  };

  // `rows` must outlive the graph. Deterministic. Single-threaded; asks `stop` now and then. CANCELLED when it said so;
  // INTERNAL when FAISS failed; RESOURCE_EXHAUSTED for more than 2^31 - 1 rows.
  static absl::StatusOr<std::unique_ptr<FaissGraph>> Build(RowsView rows, const std::function<bool()>& stop);

  ~FaissGraph();
  FaissGraph(const FaissGraph&) = delete;
  FaissGraph& operator=(const FaissGraph&) = delete;

  // `query`: rows' stride floats. 1 <= k <= ef <= kMaxEf, else INVALID_ARGUMENT. INTERNAL when FAISS failed.
  absl::StatusOr<Result> Search(const float* query, int k, int ef, absl::FunctionRef<bool(uint32_t)> allowed) const;

 private:
  struct Impl;
  explicit FaissGraph(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_FAISS_GRAPH_H_
