// Searches that want only some of the authorised rows: the filter is worked out for each part, and what is left is
// counted and scanned.
#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

#include "index/aligned_floats.h"
#include "index/filtered_rows.h"
#include "index/snapshot.h"
#include "index/top_k.h"

namespace usher::index {
namespace {

// Calls `visit` with the runs [begin, end) of rows that are set until one fails.
template <typename Visit>
absl::Status ForEachRun(const fields::RowBits& bits, Visit visit) {
  const size_t end = bits.size() * 64;
  for (size_t row = 0; row < end;) {
    const uint64_t rest = bits[row / 64] >> (row % 64);
    if (rest == 0) {
      row = (row / 64 + 1) * 64;
      continue;
    }
    row += static_cast<size_t>(std::countr_zero(rest));
    const size_t begin = row;
    while (row < end && fields::HasRow(bits, row)) ++row;
    if (absl::Status status = visit(begin, row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Scan(const Head& head, const fields::RowBits& bits, Scanner* scanner) {
  return ForEachRun(bits, [&](size_t begin, size_t end) {
    for (auto row = static_cast<uint32_t>(begin); row < end; ++row) {
      const RowKey key = head.key(row);
      const acl::ClassId class_id = head.class_of(row);
      const RowPiece piece{.rows = head.row(row), .keys = &key, .classes = {&class_id, 1}};
      if (absl::Status status = scanner->Scan(piece); !status.ok()) return status;
    }
    return absl::OkStatus();
  });
}

}  // namespace

absl::StatusOr<SearchResult> Snapshot::SearchFiltered(const Query& query, const acl::Entitlement& entitlement,
                                                      SearchBudget* budget) const {
  absl::Status status = CheckFields(*query.filter, heads_, segments_, entitlement, *budget);
  if (!status.ok()) return status;
  SearchResult result{.candidates = {}, .path = NameOf(Path::kExact)};
  std::vector<fields::RowBits> head_bits;
  std::vector<fields::RowBits> segment_bits;
  const auto match = [&](const auto& part, std::vector<fields::RowBits>& bits) {
    FilteredRows rows = MatchRows(part, *query.filter, entitlement);
    result.authorized += rows.count;
    bits.push_back(std::move(rows.bits));
    return budget->Check();
  };
  for (size_t i = 0; status.ok() && i < heads_.size(); ++i) status = match(heads_[i], head_bits);
  for (size_t i = 0; status.ok() && i < segments_.size(); ++i) status = match(segments_[i], segment_bits);
  if (!status.ok() || result.authorized == 0) return status.ok() ? absl::StatusOr<SearchResult>(result) : status;

  // Cells and graph do not know of filters.
  IndexOptions options = options_;
  options.limits.cell_min_rows = options.limits.graph_min_rows = std::numeric_limits<uint64_t>::max();
  const Plan plan = MakePlan(InputFor(query, result.authorized), options);
  result.path = NameOf(plan.path);
  result.predicted = plan.predicted;
  AlignedFloats padded(RowStride(dimension_));
  std::copy(query.vector.begin(), query.vector.end(), padded.data());
  TopK best(std::min(static_cast<uint64_t>(query.k), result.authorized));
  Scanner scanner(padded.data(), RowStride(dimension_), entitlement, budget, &best);
  for (size_t i = 0; status.ok() && i < heads_.size(); ++i) status = Scan(heads_[i], head_bits[i], &scanner);
  for (size_t i = 0; status.ok() && i < segments_.size(); ++i) {
    status =
        segments_[i].ScanSome(segment_bits[i], plan.path == Path::kExact ? Care::kCertain : Care::kLikely, &scanner);
  }
  if (!status.ok()) return status;
  scanner.Finish();
  result.candidates = best.TakeSorted();
  result.scanned = scanner.scanned();
  result.scored_in_full = scanner.scored_in_full();
  result.bytes_read = scanner.bytes_read();
  return result;
}

}  // namespace usher::index
