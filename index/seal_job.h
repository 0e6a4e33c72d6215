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

#include "acl/ids.h"
#include "index/head.h"
#include "index/segment.h"
#include "index/vector_index.h"

namespace usher::index {

// Names a head or a segment of one index; never reused.
using PartId = acl::StrongId<struct PartTag, uint64_t>;

// Where all rows of a version lie in the new segment, and the class they were captured with.
struct VersionRows {
  acl::DocumentVersion version;
  uint32_t first = 0;
  uint32_t count = 0;
  acl::ClassId class_id;
};

class SealJob final : public MaintenanceJob {
 public:
  // `owner`: the index that may install it; compared, never followed.
  SealJob(const void* owner, int dimension) : owner_(owner), dimension_(dimension) {}

  void Capture(PartId id, const Head& head);
  void Capture(PartId id, const SegmentView& segment);

  bool Run(const std::function<bool()>& stop) override;

  const void* owner() const { return owner_; }
  const std::vector<PartId>& inputs() const { return inputs_; }
  bool finished() const { return finished_; }
  // After Run; null when no captured row was alive.
  const std::shared_ptr<const SealedSegment>& segment() const { return segment_; }
  const std::vector<VersionRows>& versions() const { return versions_; }

 private:
  const void* owner_;
  int dimension_;
  std::vector<PartId> inputs_;
  std::vector<Head> heads_;
  std::vector<SegmentView> segments_;
  std::shared_ptr<const SealedSegment> segment_;
  std::vector<VersionRows> versions_;
  bool finished_ = false;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEAL_JOB_H_
