// How many candidates each query of a call searches for, so that k are left when diversity has thinned them out.
//
// A query that wants no diversity searches for k first, one that does for 2k; then for four times as many as before
// while fewer than k may stand together and leave, and readable chunks are left, up to its share of kMaxCandidates.
// Guarantee: how wide a search becomes depends on readable chunks alone. Thread-safety: none; one for one call.
#ifndef USHER_SERVER_PIPELINE_SEARCH_WIDTHS_H_
#define USHER_SERVER_PIPELINE_SEARCH_WIDTHS_H_

#include <cstddef>
#include <vector>

#include "server/pipeline/query_pipeline.h"

namespace usher::pipeline {

// Of all queries of a call together, where their k do not ask for more.
inline constexpr size_t kMaxCandidates = 4'096;

class SearchWidths {
 public:
  // `question` must outlive this.
  explicit SearchWidths(const BatchQuestion& question);

  // One for each query.
  const std::vector<size_t>& widths() const { return widths_; }

  // Leaves of each query's candidates, which were searched for with widths() and are in order, those of its answer.
  // False when some query should be searched again, with the widths of now; nothing of `parts` is to be used then.
  bool Pick(const std::vector<Plan>& plans, std::vector<std::vector<CleanChunk>>& parts);

  // Sets `incomplete` where the last Pick found too few and there was nothing more to try.
  void Report(BatchAnswer& answer) const;

 private:
  const BatchQuestion& question_;
  const size_t limit_;  // of each query
  std::vector<size_t> widths_;
  std::vector<bool> incomplete_;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_SEARCH_WIDTHS_H_
