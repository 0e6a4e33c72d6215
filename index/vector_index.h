// The vectors of one collection, searchable inside an entitlement.
//
// Shape: a mutable head that takes new rows, and immutable sealed segments, each with a graph; both carry the access
// class of every row; the chunks of a document may differ in class. A snapshot is immutable and complete: later writes
// do not show in it. Chunks without a class are kept and found by nobody until they are given one. Guarantees: a search
// returns only rows whose class the entitlement contains, as of the snapshot, and never fewer than min(k, such rows);
// the exact path returns the k best of them by dot product. Non-guarantees: other paths may miss some of the best;
// nothing here is durable, the store is. Thread-safety: Snapshot() and everything const may run concurrently; Insert,
// Remove, Reclassify, CloseHead and Install need external mutual exclusion with each other and with Snapshot() and
// NextMaintenance(). Snapshots may be searched by any number of threads at any time.
#ifndef USHER_INDEX_VECTOR_INDEX_H_
#define USHER_INDEX_VECTOR_INDEX_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "index/fields/field_set.h"
#include "index/fields/filter.h"
#include "index/row_format.h"
#include "index/search_costs.h"

namespace usher::index {

// Names one chunk: the version of its document's content, and its number in it.
struct RowKey {
  acl::DocumentVersion version;
  uint32_t number = 0;
  friend auto operator<=>(const RowKey&, const RowKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const RowKey& key) {
    return H::combine(std::move(h), key.version, key.number);
  }
};

// The next `count` chunks of a version, in the order of their numbers; kNoClass: nobody may find them.
struct ClassPiece {
  uint32_t count = 0;
  acl::ClassId class_id;
};

struct Candidate {
  RowKey key;
  float score = 0;  // dot product
};

enum class SearchMode { kAutomatic, kExact };

struct Query {
  absl::Span<const float> vector;  // of the index's dimension, unit norm, finite
  int k = 10;                      // >= 1
  SearchMode mode = SearchMode::kAutomatic;
  absl::Time deadline = absl::InfiniteFuture();
  std::function<bool()> cancelled;  // may be empty; asked now and then from the searching thread
  // Rows wanted of those that the entitlement allows; null: all. Not owned.
  const fields::Filter* filter = nullptr;
};

struct SearchResult {
  std::vector<Candidate> candidates;  // best score first; equal scores by key
  std::string_view path;              // "exact", "runs", "cells", "graph" or "graph+exact"; static storage
  uint64_t authorized = 0;            // rows that the entitlement, and the filter where there is one, allow; exact
  uint64_t scanned = 0;               // authorised rows whose distance was computed
  uint64_t scored_in_full = 0;        // of these, by the full vector; the others by their codes alone
  uint64_t bytes_read = 0;            // of vectors and codes
  absl::Duration predicted = absl::ZeroDuration();  // what the planner expected the path to take
};

// Immutable state of the index at one moment.
class IndexSnapshot {
 public:
  virtual ~IndexSnapshot() = default;
  // DEADLINE_EXCEEDED or CANCELLED when told so; INVALID_ARGUMENT for a query that breaks its own limits; no other
  // error.
  virtual absl::StatusOr<SearchResult> Search(const Query& query, const acl::Entitlement& entitlement) const = 0;
  // Rows with a class, that is, neither removed nor without one.
  virtual uint64_t live_rows() const = 0;
};

// From which number of authorised rows, and which share of all rows, on a path is considered in automatic mode.
struct PathLimits {
  // Estimates of fewer rows would save nothing.
  uint64_t estimate_min_rows = 256;
  // Below these, the spread of scores around few rows says too little of where the best are.
  uint64_t cell_min_rows = 20'000;
  double cell_min_selectivity = 0.2;
  // Where less is authorised, links lead to too few authorised rows even in two hops.
  uint64_t graph_min_rows = 20'000;
  double graph_min_selectivity = 0.8;
};

struct IndexOptions {
  // Rows at which the head is sealed into a segment.
  uint32_t seal_rows = 16'384;
  // A segment has cells, and a graph, from these numbers of rows on; no graph at 0 (NOTES.md says why that is usual).
  uint32_t cell_segment_rows = 8'192;
  uint32_t graph_segment_rows = 0;
  // Every row is rounded to it when it is inserted, so that its score is the same wherever it lies by now.
  RowFormat row_format = RowFormat::kFloat32;
  // What the planner goes by.
  PathLimits limits = {};
  SearchCosts costs = {};
};

// How the rows lie.
struct IndexShape {
  uint64_t segments = 0;
  uint64_t head_rows = 0;  // not sealed yet, removed ones among them
  uint64_t live_rows = 0;  // as of IndexSnapshot
};

// What maintenance is for.
enum class Effort {
  kKeepUp,  // what is needed to stay fast while rows come
  kSettle,  // what is worth doing when no more are expected soon
};

// Work that seals or merges segments. Run() takes long and needs no lock; it reads only what it captured.
class MaintenanceJob {
 public:
  virtual ~MaintenanceJob() = default;
  // Returns false when `stop` said so; the job is then dropped.
  virtual bool Run(const std::function<bool()>& stop) = 0;
};

class SealedSegment;
class SegmentAdoption;

class VectorIndex {
 public:
  // `dimension` > 0.
  VectorIndex(int dimension, const IndexOptions& options);
  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  int dimension() const;
  // Excluded as Snapshot() is.
  IndexShape shape() const;

  // Adds the chunks 0..n-1 of a version. `rows`: n x dimension floats, row-major, unit norm; `pieces` cover n chunks;
  // any other sizes end the program. A version that is in the index already is removed first.
  // `fields`: what filters see of the chunks.
  void Insert(acl::DocumentVersion version, absl::Span<const ClassPiece> pieces, absl::Span<const float> rows,
              const fields::VersionFields& fields = {});
  // As above, all chunks of one class.
  void Insert(acl::DocumentVersion version, acl::ClassId class_id, absl::Span<const float> rows);
  // Removes all chunks of a version for good; unknown versions are ignored.
  void Remove(acl::DocumentVersion version);
  // Takes in an assembled segment that was read from a file, with the versions it claimed, none of which may be in the
  // index.
  void Adopt(const SegmentAdoption& adoption);
  // Gives the chunks of a version new classes; unknown versions are ignored; pieces that do not cover exactly the
  // version's chunks end the program. Costs a few steps a chunk, and a copy of the blocks of classes it touches.
  void Reclassify(acl::DocumentVersion version, absl::Span<const ClassPiece> pieces);
  // As above, all chunks to one class.
  void Reclassify(acl::DocumentVersion version, acl::ClassId class_id);

  // Cheap: no row is copied.
  std::shared_ptr<const IndexSnapshot> Snapshot() const;

  // The segments of now, for whoever writes them to files.
  std::vector<std::shared_ptr<const SealedSegment>> Segments() const;

  // Work worth doing now, or nullptr. At most one job may be under way per index.
  std::unique_ptr<MaintenanceJob> NextMaintenance(Effort effort = Effort::kKeepUp) const;
  // Has the newest rows sealed by the next job, if they are enough to be worth a segment. Excluded as Insert is.
  void CloseHead();
  // Publishes what a finished job made; changes of class and removals since it was captured are kept. Returns the large
  // parts that were replaced: older snapshots may still search them, and whoever lets go of one last frees its memory.
  std::vector<std::shared_ptr<const void>> Install(const MaintenanceJob& job);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_VECTOR_INDEX_H_
