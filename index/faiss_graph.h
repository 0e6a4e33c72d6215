// Links rows to near rows, so that a search may walk from row to row (FAISS's HNSW; the walk itself is in graph.h).
//
// Guarantees: the same codes make the same links; FAISS's exceptions end here as a Status. Non-guarantee: that every
// row can be reached. Thread-safety: free function, on the calling thread only.
#ifndef USHER_INDEX_FAISS_GRAPH_H_
#define USHER_INDEX_FAISS_GRAPH_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "index/column.h"
#include "index/row_codes.h"

namespace usher::index {

// Links a row has at most; the rest of its places hold kNoLink.
inline constexpr size_t kLinksPerRow = 32;
inline constexpr uint32_t kNoLink = UINT32_MAX;

// kLinksPerRow numbers a row, all of them below `count` or kNoLink. `count`: the rows of `codes`. Asks `stop` now and
// then: CANCELLED when it said so. INTERNAL when FAISS failed; RESOURCE_EXHAUSTED for more than 2^31 - 1 rows.
absl::StatusOr<Column<uint32_t>> LinkRows(const RowCodes& codes, uint32_t count, const std::function<bool()>& stop);

}  // namespace usher::index

#endif  // USHER_INDEX_FAISS_GRAPH_H_
