// Searching a segment: its runs, its cells, its graph.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "index/segment.h"

namespace usher::index {
namespace {

// When to look for the first time whether enough cells were visited; later each time twice as many rows were.
constexpr uint64_t kRowsBeforeFirstLook = 512;
// At least one cell in so many is visited: rows near the query are spread more than others.
constexpr size_t kVisitedShare = 20;
// Once this share of the authorised rows was read by cells, scattered in memory, the others are read as they lie: that
// takes half as long for each, so that a query that is near nothing costs little more than without cells. The smaller
// share is for a query of which more than kHopeless rows are expected in other cells then.
constexpr double kMostByCells = 0.2;
constexpr double kLeastByCells = 0.05;
constexpr double kHopeless = 1;
// Rows that a walk along the graph starts from.
constexpr size_t kEntries = 32;

}  // namespace

// Collects authorised rows of a segment and hands them on in batches.
class SegmentView::AuthorizedRows {
 public:
  AuthorizedRows(const SegmentView& view, const acl::Entitlement& entitlement, Scanner* scanner)
      : view_(view), entitlement_(entitlement), scanner_(scanner) {}

  // Rows [begin, end) of an authorised run.
  absl::Status AddRun(uint32_t begin, uint32_t end) {
    if (view_.reviewed.MayHaveAny(begin, end)) return AddReviewed(begin, end);
    while (begin < end) {
      const size_t room = std::min<size_t>(end - begin, ids_.size() - count_);
      for (size_t i = 0; i < room; ++i) ids_[count_++] = begin++;
      if (count_ < ids_.size()) break;
      if (absl::Status status = Flush(); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Those of an authorised run that are not set.
  absl::Status AddRunWithout(const ClassRun& run, const fields::RowBits& set) {
    for (uint32_t row = run.begin; row < run.end;) {
      const uint32_t begin = std::min(run.end, fields::NextRow<false>(set, row));
      row = std::min(run.end, fields::NextRow<true>(set, begin));
      if (absl::Status status = AddRun(begin, row); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Rows of which each is looked at for its current class.
  absl::Status AddReviewed(uint32_t begin, uint32_t end) {
    for (uint32_t row = begin; row < end; ++row) {
      if (!MayRead(entitlement_, view_.classes[row])) continue;
      if (absl::Status status = Add(row); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Flush() {
    absl::Status status = scanner_->ScanSealed({ids_.data(), count_});
    count_ = 0;
    return status;
  }

 private:
  absl::Status Add(uint32_t row) {
    ids_[count_++] = row;
    return count_ == ids_.size() ? Flush() : absl::OkStatus();
  }

  const SegmentView& view_;
  const acl::Entitlement& entitlement_;
  Scanner* scanner_;
  std::array<uint32_t, 1'024> ids_;
  size_t count_ = 0;
};

absl::Status SegmentView::ScanMoved(const acl::Entitlement& entitlement, AuthorizedRows* rows) const {
  for (size_t i = 0; i < moved.size(); ++i) {
    const MovedRows& some = moved[i];
    // An authorised run is read with its rows' current classes: reading it here again would give duplicates.
    if (MayRead(entitlement, some.sealed_class)) continue;
    if (absl::Status status = rows->AddReviewed(some.first, some.first + some.count); !status.ok()) return status;
  }
  return rows->Flush();
}

absl::Status SegmentView::Scan(const acl::Entitlement& entitlement, Care care, Scanner* scanner) const {
  scanner->BeginSegment(sealed->rows(), care);
  AuthorizedRows rows(*this, entitlement, scanner);
  absl::Status status;
  sealed->ForEachAuthorizedRun(entitlement, [&](const ClassRun& run) {
    status = rows.AddRun(run.begin, run.end);
    return status.ok();
  });
  if (status.ok()) status = ScanMoved(entitlement, &rows);
  scanner->EndSegment();
  return status;
}

absl::Status SegmentView::ScanSome(const fields::RowBits& rows, Care care, Scanner* scanner) const {
  scanner->BeginSegment(sealed->rows(), care);
  std::vector<uint32_t> ids;
  for (size_t word = 0; word < rows.size(); ++word) {
    for (uint64_t rest = rows[word]; rest != 0; rest &= rest - 1) {
      ids.push_back(static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(rest)));
    }
  }
  absl::Status status = scanner->ScanSealed(ids);
  scanner->EndSegment();
  return status;
}

absl::Status SegmentView::ScanCells(const acl::Entitlement& entitlement, const CellSearch& search,
                                    Scanner* scanner) const {
  scanner->BeginSegment(sealed->rows(), Care::kLikely);
  AuthorizedRows rows(*this, entitlement, scanner);
  absl::Status status = ScanMoved(entitlement, &rows);
  const std::vector<RankedCell> cells = sealed->cells()->Rank(scanner->query_code());
  fields::RowBits visited = fields::NoRows(sealed->size());
  uint64_t unvisited = sealed->size();
  const uint64_t before = scanner->scanned();
  uint64_t next_look = before + kRowsBeforeFirstLook;
  for (size_t i = 0; status.ok() && i < cells.size(); ++i) {
    if (scanner->scanned() >= next_look && i >= cells.size() / kVisitedShare) {
      const double scanned = static_cast<double>(scanner->scanned() - before);
      next_look = before + 2 * (scanner->scanned() - before);
      scanner->RaiseFloor();
      const double share = std::clamp((search.authorized - scanned) / static_cast<double>(unvisited), 0.0, 1.0);
      const double expected = share * RowsExpectedAbove(scanner->floor(), cells, i);
      if (expected < search.may_miss) break;
      if (scanned > (expected > kHopeless ? kLeastByCells : kMostByCells) * search.authorized) {
        status = ScanUnvisited(entitlement, visited, &rows);
        break;
      }
    }
    unvisited -= sealed->cell_rows(cells[i].cell);
    status = VisitCell(entitlement, cells[i].cell, &visited, &rows);
  }
  if (status.ok()) status = rows.Flush();
  scanner->EndSegment();
  return status;
}

absl::Status SegmentView::VisitCell(const acl::Entitlement& entitlement, uint32_t cell, fields::RowBits* visited,
                                    AuthorizedRows* rows) const {
  for (const ClassRun& piece : sealed->pieces(cell)) {
    if (!MayRead(entitlement, piece.class_id)) continue;
    fields::SetRows(*visited, piece.begin, piece.end);
    if (absl::Status status = rows->AddRun(piece.begin, piece.end); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SegmentView::ScanUnvisited(const acl::Entitlement& entitlement, const fields::RowBits& visited,
                                        AuthorizedRows* rows) const {
  absl::Status status;
  sealed->ForEachAuthorizedRun(entitlement, [&](const ClassRun& run) {
    status = rows->AddRunWithout(run, visited);
    return status.ok();
  });
  return status;
}

double SegmentView::RowsExpectedAbove(float floor, absl::Span<const RankedCell> cells, size_t first) const {
  double expected = 0;
  for (size_t i = first; i < cells.size(); ++i) {
    const double deviations = (floor - cells[i].score) / cells[i].spread;
    const double share = sealed->cells()->tail().Above(ScoreTail::PartOf(i, cells.size()), deviations);
    expected += sealed->cell_rows(cells[i].cell) * share;
  }
  return expected;
}

std::vector<uint32_t> SegmentView::FindEntries(const acl::Entitlement& entitlement, const QueryCode& query) const {
  std::vector<uint32_t> entries;
  for (const RankedCell& cell : sealed->cells()->Rank(query)) {
    for (const ClassRun& piece : sealed->pieces(cell.cell)) {
      for (uint32_t row = piece.begin; row < piece.end && entries.size() < kEntries; ++row) {
        if (MayRead(entitlement, classes[row])) entries.push_back(row);
      }
    }
    if (entries.size() >= kEntries) break;
  }
  return entries;
}

absl::Status SegmentView::WalkGraph(const acl::Entitlement& entitlement, size_t width, SearchBudget* budget,
                                    Scanner* scanner) const {
  scanner->BeginSegment(sealed->rows(), Care::kCertain);
  const auto allowed = [&](uint32_t row) { return row < classes.size() && MayRead(entitlement, classes[row]); };
  const std::vector<uint32_t> entries = FindEntries(entitlement, scanner->query_code());
  auto walked = sealed->graph()->Walk(scanner->query_code(), entries, width, allowed, budget);
  if (!walked.ok()) return walked.status();
  // The class decides once more, here where candidates are made.
  std::erase_if(walked->rows, [&](uint32_t row) { return !allowed(row); });
  scanner->Count(walked->scored - walked->rows.size(), walked->scored * sealed->codes_width());
  absl::Status status = scanner->ScanSealed(walked->rows);
  scanner->EndSegment();
  return status;
}

}  // namespace usher::index
