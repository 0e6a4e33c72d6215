#include "index/segment.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace usher::index {
namespace {

// A directory lookup costs about this many steps of a walk along it.
constexpr size_t kLookupCost = 16;
constexpr size_t kRowsBetweenStops = 4'096;

absl::Status ScanRows(const SegmentView& view, size_t begin, size_t end, Scanner* scanner) {
  for (size_t first = begin; first < end;) {
    const auto classes = view.classes.PieceFrom(first).subspan(0, end - first);
    const RowPiece piece{.rows = view.sealed->row(static_cast<uint32_t>(first)),
                         .codes = view.sealed->codes(),
                         .first_code = first,
                         .keys = view.sealed->keys().data() + first,
                         .classes = classes};
    if (absl::Status status = scanner->Scan(piece); !status.ok()) return status;
    first += classes.size();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SealedSegment>> SealedSegment::Build(int dimension, std::vector<SourceRow> rows,
                                                                    const std::function<bool()>& stop) {
  std::sort(rows.begin(), rows.end(), [](const SourceRow& a, const SourceRow& b) {
    return std::tie(a.class_id, a.key) < std::tie(b.class_id, b.key);
  });
  std::unique_ptr<SealedSegment> segment(new SealedSegment());
  segment->stride_ = RowStride(dimension);
  segment->rows_ = AlignedFloats(rows.size() * segment->stride_);
  segment->keys_.reserve(rows.size());
  segment->fields_ = fields::FieldIndex(static_cast<uint32_t>(rows.size()));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % kRowsBetweenStops == 0 && stop && stop()) return absl::CancelledError("sealing was told to stop");
    std::copy_n(rows[i].vector, segment->stride_, segment->rows_.data() + i * segment->stride_);
    segment->keys_.push_back(rows[i].key);
    const auto place = static_cast<uint32_t>(i);
    if (i == 0 || rows[i].class_id != rows[i - 1].class_id) {
      segment->runs_.push_back({rows[i].class_id, place, place});
    }
    segment->runs_.back().end = place + 1;
  }
  if (RowCodes::Pay(segment->stride_)) {
    segment->codes_ = std::make_unique<RowCodes>(segment->rows_.data(), rows.size(), segment->stride_);
  }
  auto graph = FaissGraph::Build({segment->rows_.data(), segment->stride_, segment->size()}, stop);
  if (absl::IsCancelled(graph.status())) return graph.status();
  segment->graph_status_ = graph.status();
  if (graph.ok()) segment->graph_ = *std::move(graph);
  return segment;
}

const ClassRun& SealedSegment::run_of(uint32_t i) const {
  return *std::partition_point(runs_.begin(), runs_.end(), [i](const ClassRun& run) { return run.end <= i; });
}

void SealedSegment::ForEachAuthorizedRun(const acl::Entitlement& entitlement,
                                         absl::FunctionRef<bool(const ClassRun&)> visit) const {
  if (entitlement.classes().size() * kLookupCost > runs_.size()) {
    for (const ClassRun& run : runs_) {
      if (MayRead(entitlement, run.class_id) && !visit(run)) return;
    }
    return;
  }
  auto run = runs_.begin();
  for (const acl::ClassId id : entitlement.classes()) {
    run = std::lower_bound(run, runs_.end(), id, [](const ClassRun& r, acl::ClassId c) { return r.class_id < c; });
    if (run == runs_.end()) return;
    if (run->class_id == id && MayRead(entitlement, id) && !visit(*run)) return;
  }
}

uint64_t SealedSegment::AuthorizedWhenSealed(const acl::Entitlement& entitlement) const {
  uint64_t total = 0;
  ForEachAuthorizedRun(entitlement, [&](const ClassRun& run) {
    total += run.end - run.begin;
    return true;
  });
  return total;
}

absl::Status SegmentView::Scan(const acl::Entitlement& entitlement, Scanner* scanner) const {
  absl::Status status;
  sealed->ForEachAuthorizedRun(entitlement, [&](const ClassRun& run) {
    status = ScanRows(*this, run.begin, run.end, scanner);
    return status.ok();
  });
  for (size_t i = 0; status.ok() && i < moved.size(); ++i) {
    const MovedRows& rows = moved[i];
    // An authorised run was read above with its rows' current classes: reading it here again would give duplicates.
    if (MayRead(entitlement, rows.sealed_class)) continue;
    status = ScanRows(*this, rows.first, size_t{rows.first} + rows.count, scanner);
  }
  return status;
}

absl::StatusOr<uint64_t> SegmentView::SearchGraph(const float* query, int k, int ef,
                                                  const acl::Entitlement& entitlement, TopK* best) const {
  if (sealed->graph() == nullptr) return absl::FailedPreconditionError("this segment has no graph; scan it");
  const auto allowed = [&](uint32_t row) { return row < classes.size() && MayRead(entitlement, classes[row]); };
  auto result = sealed->graph()->Search(query, k, ef, allowed);
  if (!result.ok()) return result.status();
  for (const FaissGraph::Hit& hit : result->hits) {
    // What FAISS returned is not trusted: the class decides once more, here where candidates are made.
    if (hit.row < sealed->size() && allowed(hit.row)) best->Offer(hit.score, sealed->keys()[hit.row]);
  }
  return result->allowed_rows_seen;
}

}  // namespace usher::index
