#include "index/snapshot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/aligned_floats.h"
#include "index/search_budget.h"
#include "index/top_k.h"

namespace usher::index {
namespace {

// Of the best, so many may be expected where a search of cells does not look, in all segments together.
constexpr double kMayMiss = 0.05;

}  // namespace

Snapshot::Snapshot(int dimension, const IndexOptions& options, std::vector<Head> heads,
                   std::vector<SegmentView> segments, ClassCounts counts)
    : dimension_(dimension),
      options_(options),
      heads_(std::move(heads)),
      segments_(std::move(segments)),
      counts_(std::move(counts)) {}

absl::StatusOr<SearchResult> Snapshot::Search(const Query& query, const acl::Entitlement& entitlement) const {
  if (absl::Status status = Check(query); !status.ok()) return status;
  SearchBudget budget(query.deadline, query.cancelled);
  if (absl::Status status = budget.Check(); !status.ok()) return status;

  if (query.filter != nullptr) return SearchFiltered(query, entitlement, &budget);
  const uint64_t authorized = counts_.Authorized(entitlement);
  const size_t limit = std::min(static_cast<uint64_t>(query.k), authorized);
  if (limit == 0) return SearchResult{.candidates = {}, .path = NameOf(Path::kExact)};
  const Plan plan = MakePlan(InputFor(query, authorized), options_);
  AlignedFloats padded(RowStride(dimension_));
  std::copy(query.vector.begin(), query.vector.end(), padded.data());

  auto result = Run({padded.data(), limit, authorized, plan, entitlement, &budget});
  if (!result.ok()) return result.status();
  if (result->candidates.size() < limit) {
    // A walk that found too few is followed by what cannot miss a row.
    const uint64_t scanned = result->scanned;
    const uint64_t bytes_read = result->bytes_read;
    result = Run({padded.data(), limit, authorized, {.path = Path::kExact}, entitlement, &budget});
    if (!result.ok()) return result.status();
    result->path = "graph+exact";
    result->scanned += scanned;
    result->bytes_read += bytes_read;
  }
  result->authorized = authorized;
  result->predicted = plan.predicted;
  return result;
}

PlanInput Snapshot::InputFor(const Query& query, uint64_t authorized) const {
  PlanInput input{.mode = query.mode,
                  .k = query.k,
                  .stride = RowStride(dimension_),
                  .live_rows = counts_.live_rows(),
                  .authorized_rows = authorized};
  for (const Head& head : heads_) input.head_rows += head.size();
  input.head_rows = std::min(input.head_rows, input.live_rows);
  for (const SegmentView& segment : segments_) {
    if (segment.sealed->cells() != nullptr) input.cells += segment.sealed->cells()->size();
    if (segment.sealed->graph() != nullptr) input.graph_rows += segment.sealed->size();
  }
  return input;
}

absl::Status Snapshot::Check(const Query& query) const {
  if (query.vector.size() != static_cast<size_t>(dimension_)) {
    return absl::InvalidArgumentError(absl::StrCat("search: the query vector has ", query.vector.size(),
                                                   " dimensions; this collection's have ", dimension_));
  }
  if (query.k < 1) return absl::InvalidArgumentError(absl::StrCat("search: k is ", query.k, "; ask for at least 1"));
  if (!std::all_of(query.vector.begin(), query.vector.end(), [](float x) { return std::isfinite(x); })) {
    return absl::InvalidArgumentError("search: the query vector holds a value that is not a finite number");
  }
  return absl::OkStatus();
}

absl::Status Snapshot::ScanHeads(Scanner* scanner) const {
  for (const Head& head : heads_) {
    if (absl::Status status = head.Scan(scanner); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<SearchResult> Snapshot::Run(const Task& task) const {
  TopK best(task.limit);
  Scanner scanner(task.query, RowStride(dimension_), task.entitlement, task.budget, &best);
  if (absl::Status status = ScanHeads(&scanner); !status.ok()) return status;
  for (const SegmentView& segment : segments_) {
    if (absl::Status status = RunSegment(task, segment, &scanner); !status.ok()) return status;
  }
  scanner.Finish();
  return SearchResult{.candidates = best.TakeSorted(),
                      .path = NameOf(task.plan.path),
                      .scanned = scanner.scanned(),
                      .scored_in_full = scanner.scored_in_full(),
                      .bytes_read = scanner.bytes_read()};
}

absl::Status Snapshot::RunSegment(const Task& task, const SegmentView& segment, Scanner* scanner) const {
  if (task.plan.path == Path::kExact) return segment.Scan(task.entitlement, Care::kCertain, scanner);
  if (task.plan.path == Path::kGraph && segment.sealed->graph() != nullptr) {
    return segment.WalkGraph(task.entitlement, task.plan.width, task.budget, scanner);
  }
  if (task.plan.path == Path::kRuns || segment.sealed->cells() == nullptr) {
    return segment.Scan(task.entitlement, Care::kLikely, scanner);
  }
  const double share = static_cast<double>(segment.sealed->size()) / static_cast<double>(counts_.live_rows());
  return segment.ScanCells(task.entitlement,
                           {.authorized = static_cast<double>(task.authorized) * share, .may_miss = kMayMiss * share},
                           scanner);
}

}  // namespace usher::index
