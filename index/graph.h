// Walks from authorised row to authorised row along the links of a graph.
//
// Forbidden rows are crossed, not read: where a link leads to one, its own links are followed instead, so that a
// forbidden neighbourhood does not end the walk (the two hops of ACORN, Patel and others, "ACORN: performant and
// predicate-agnostic search over vector embeddings and structured data", SIGMOD 2024). Guarantees: returns allowed rows
// only, each once. Non-guarantee: rows may be missed, even all. Thread-safety: immutable.
#ifndef USHER_INDEX_GRAPH_H_
#define USHER_INDEX_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/column.h"
#include "index/row_codes.h"
#include "index/search_budget.h"

namespace usher::index {

class Graph {
 public:
  struct Walked {
    std::vector<uint32_t> rows;  // in no order, at most the width
    uint64_t scored = 0;         // rows whose codes were read, all allowed
  };

  // `links`: as LinkRows makes them, of the rows of `codes`, which must outlive this.
  Graph(const RowCodes* codes, Column<uint32_t> links);

  // The best `width` rows by their codes that the walk from `entries` comes to. `allowed` is asked for row numbers in
  // range, also for the entries. `width` >= 1. DEADLINE_EXCEEDED or CANCELLED.
  absl::StatusOr<Walked> Walk(const QueryCode& query, absl::Span<const uint32_t> entries, size_t width,
                              absl::FunctionRef<bool(uint32_t)> allowed, SearchBudget* budget) const;

  const Column<uint32_t>& links() const { return links_; }

 private:
  absl::Span<const uint32_t> LinksOf(uint32_t row) const;

  const RowCodes* codes_;
  Column<uint32_t> links_;
  uint32_t rows_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_GRAPH_H_
