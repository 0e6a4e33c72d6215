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

#include "index/head.h"
#include "index/row_places.h"
#include "index/segment.h"
#include "index/vector_index.h"
#include "index/version_table.h"

namespace usher::index {

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
  // Those that had live rows when they were captured.
  const VersionTable& versions() const { return versions_; }

 private:
  const void* owner_;
  int dimension_;
  IndexOptions options_;
  std::vector<PartId> inputs_;
  std::vector<Head> heads_;
  std::vector<SegmentView> segments_;
  std::shared_ptr<const SealedSegment> segment_;
  VersionTable versions_;
  bool finished_ = false;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEAL_JOB_H_
