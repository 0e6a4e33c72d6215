// Coarse neighbourhoods of rows: their centres, and how far the scores of a cell's rows spread around its centre's.
//
// A query visits the cells whose centres score best, and knows from the spread how many better rows it may still
// expect of the others. Guarantee: depends on the rows alone, and is the same each time. Thread-safety: immutable.
#ifndef USHER_INDEX_CELLS_H_
#define USHER_INDEX_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "index/column.h"
#include "index/row_codes.h"
#include "index/row_pointer.h"
#include "index/score_tail.h"

namespace usher::index {

// A cell as one query sees it.
struct RankedCell {
  uint32_t cell = 0;
  float score = 0;   // of the centre
  float spread = 0;  // standard deviation of the rows' scores around it
};

class Cells {
 public:
  static bool Pay(size_t rows, size_t stride) { return rows >= 2 && RowCodes::Pay(stride); }

  // `rows`: of `stride` values each; Pay(rows.size(), stride). Writes the cell of each row to `cell_of`.
  // CANCELLED when `stop` said so. Lloyd's algorithm on a sample, by codes.
  static absl::StatusOr<std::unique_ptr<Cells>> Train(absl::Span<const RowPointer> rows, size_t stride,
                                                      const std::function<bool()>& stop,
                                                      std::vector<uint32_t>* cell_of);

  // Cells that were made before: the codes of their centres, the spread of each, and the tail of all.
  Cells(std::unique_ptr<const RowCodes> centres, Column<float> spreads, const ScoreTail& tail);

  uint32_t size() const { return static_cast<uint32_t>(spreads_.size()); }

  // All cells, the best centre first.
  std::vector<RankedCell> Rank(const QueryCode& query) const;

  const RowCodes& centres() const { return *centres_; }
  const Column<float>& spreads() const { return spreads_; }
  const ScoreTail& tail() const { return tail_; }

 private:
  std::unique_ptr<const RowCodes> centres_;
  std::vector<uint32_t> all_;  // 0, 1, 2 ...
  Column<float> spreads_;      // by cell
  ScoreTail tail_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_CELLS_H_
