// Bringing a segment that was read from a file into force: its rows get the classes and fields of now.
//
// The steps are apart so that those which take long can be taken for several segments at a time: construct, then Claim
// one after another, newest first, then Assemble, then VectorIndex::Adopt. Guarantee: rows of versions that were not
// claimed are dead; those of others have the classes that were given for them now. Thread-safety: none; different
// adoptions do not know of each other.
#ifndef USHER_INDEX_SEGMENT_ADOPTION_H_
#define USHER_INDEX_SEGMENT_ADOPTION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "acl/ids.h"
#include "index/segment.h"
#include "index/vector_index.h"
#include "index/version_table.h"

namespace usher::index {

class SegmentAdoption {
 public:
  // What is known of a version now.
  struct VersionNow {
    std::vector<ClassPiece> pieces;                 // cover its chunks
    const fields::VersionFields* fields = nullptr;  // null: none
  };

  explicit SegmentAdoption(SegmentArrays arrays);

  // Asks for each version of which the segment has chunks 0 to `chunks` - 1, and nothing else, whether it is wanted.
  void Claim(absl::FunctionRef<bool(acl::DocumentVersion version, uint32_t chunks)> wanted);

  // `now`: of claimed versions. Afterwards the accessors below say what came of it.
  void Assemble(absl::FunctionRef<VersionNow(acl::DocumentVersion)> now);

  const std::shared_ptr<const SealedSegment>& segment() const { return segment_; }
  const std::vector<acl::ClassId>& classes() const { return classes_; }  // by row
  const absl::flat_hash_map<acl::ClassId, int64_t>& counts() const { return counts_; }
  // Calls `visit` for each claimed version.
  void ForEachClaimed(absl::FunctionRef<void(const VersionRows&)> visit) const;

 private:
  void SetClasses(const VersionRows& version, const VersionNow& now);
  std::vector<acl::ClassId> ClassesOfRuns() const;

  SegmentArrays arrays_;
  VersionTable versions_;
  std::vector<bool> claimed_;  // by version
  std::vector<acl::ClassId> classes_;
  absl::flat_hash_map<acl::ClassId, int64_t> counts_;
  std::shared_ptr<const SealedSegment> segment_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEGMENT_ADOPTION_H_
