// The work of making one segment out of captured heads and segments.
//
// Guarantee: reads only immutable copies taken when it was made, so that Run needs no lock. Thread-safety: none; hand
// it over whole.
#ifndef USHER_INDEX_SEAL_JOB_H_
#define USHER_INDEX_SEAL_JOB_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/head.h"
#include "index/row_places.h"
#include "index/segment.h"
#include "index/vector_index.h"

namespace usher::index {

// Where all rows of a version lie in the new segment, in the order of the chunks' numbers.
struct VersionRows {
  acl::DocumentVersion version;
  absl::Span<const RowRange> ranges;
};

class SealJob final : public MaintenanceJob {
 public:
  // `owner`: the index that may install it; compared, never followed.
  SealJob(const void* owner, int dimension, const IndexOptions& options)
      : owner_(owner), dimension_(dimension), options_(options) {}

  void Capture(PartId id, const Head& head);
  void Capture(PartId id, const SegmentView& segment);

  bool Run(const std::function<bool()>& stop) override;

  const void* owner() const { return owner_; }
  const std::vector<PartId>& inputs() const { return inputs_; }
  bool finished() const { return finished_; }
  // After Run; null when no captured row was alive.
  const std::shared_ptr<const SealedSegment>& segment() const { return segment_; }
  // Calls `visit` for each version that had live rows when it was captured.
  void ForEachVersion(absl::FunctionRef<void(const VersionRows&)> visit) const;

 private:
  void FindVersions();

  const void* owner_;
  int dimension_;
  IndexOptions options_;
  std::vector<PartId> inputs_;
  std::vector<Head> heads_;
  std::vector<SegmentView> segments_;
  std::shared_ptr<const SealedSegment> segment_;
  std::vector<acl::DocumentVersion> versions_;
  std::vector<size_t> range_ends_;  // one a version: where its ranges end in ranges_
  std::vector<RowRange> ranges_;
  bool finished_ = false;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEAL_JOB_H_
