#include "index/snapshot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/aligned_floats.h"
#include "index/search_budget.h"
#include "index/top_k.h"

namespace usher::index {

struct Snapshot::Attempt {
  std::vector<Candidate> candidates;
  uint64_t scanned = 0;
  // A segment's graph could not answer; what it holds was not looked at.
  bool incomplete = false;
};

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
  if (limit == 0) return SearchResult{.candidates = {}, .path = "exact"};
  AlignedFloats padded(RowStride(dimension_));
  std::copy(query.vector.begin(), query.vector.end(), padded.data());

  const Plan plan = MakePlan({query.mode, query.k, counts_.live_rows(), authorized, !segments_.empty()}, options_);
  uint64_t scanned = 0;
  if (plan.use_graph) {
    auto found = SearchGraph(padded.data(), limit, plan.ef, entitlement, &budget);
    if (!found.ok()) return found.status();
    scanned = found->scanned;
    if (!found->incomplete && found->candidates.size() >= limit) {
      return SearchResult{
          .candidates = std::move(found->candidates), .path = "graph", .authorized = authorized, .scanned = scanned};
    }
  }
  auto found = SearchExact(padded.data(), limit, entitlement, &budget);
  if (!found.ok()) return found.status();
  return SearchResult{.candidates = std::move(found->candidates),
                      .path = plan.use_graph ? "graph+exact" : "exact",
                      .authorized = authorized,
                      .scanned = scanned + found->scanned};
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

absl::StatusOr<Snapshot::Attempt> Snapshot::SearchExact(const float* query, size_t limit,
                                                        const acl::Entitlement& entitlement,
                                                        SearchBudget* budget) const {
  TopK best(limit);
  Scanner scanner(query, RowStride(dimension_), entitlement, budget, &best);
  if (absl::Status status = ScanHeads(&scanner); !status.ok()) return status;
  for (const SegmentView& segment : segments_) {
    if (absl::Status status = segment.Scan(entitlement, &scanner); !status.ok()) return status;
  }
  scanner.Finish();
  return Attempt{.candidates = best.TakeSorted(), .scanned = scanner.scanned()};
}

absl::StatusOr<Snapshot::Attempt> Snapshot::SearchGraph(const float* query, size_t limit, int ef,
                                                        const acl::Entitlement& entitlement,
                                                        SearchBudget* budget) const {
  TopK best(limit);
  Scanner scanner(query, RowStride(dimension_), entitlement, budget, &best);
  if (absl::Status status = ScanHeads(&scanner); !status.ok()) return status;
  uint64_t seen = 0;
  bool incomplete = false;
  for (const SegmentView& segment : segments_) {
    const uint64_t authorized = segment.sealed->AuthorizedWhenSealed(entitlement);
    if (!SegmentUsesGraph(segment.sealed->size(), authorized, options_)) {
      if (absl::Status status = segment.Scan(entitlement, &scanner); !status.ok()) return status;
      continue;
    }
    // The exact scan that follows an incomplete attempt makes good whatever a failing graph leaves out.
    const auto found = segment.SearchGraph(query, static_cast<int>(limit), ef, entitlement, &best);
    if (found.ok()) {
      seen += *found;
    } else {
      incomplete = true;
    }
    if (absl::Status status = budget->Check(); !status.ok()) return status;
  }
  scanner.Finish();
  return Attempt{.candidates = best.TakeSorted(), .scanned = scanner.scanned() + seen, .incomplete = incomplete};
}

}  // namespace usher::index
