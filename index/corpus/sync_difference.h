// The difference between what a source put in force and what its next picture says.
//
// Guarantees: a picture reaches no further than its source: groups of its name, and nodes of the collections it governs
// that belong to no other source. Ceilings, owners and break-glass rules stay as they are, and a label never asks for
// less than before. Thread-safety: values; free functions.
#ifndef USHER_INDEX_CORPUS_SYNC_DIFFERENCE_H_
#define USHER_INDEX_CORPUS_SYNC_DIFFERENCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/sync_picture.h"

namespace usher::corpus {

struct SyncDifference {
  struct Grant {
    NodeName name;
    StoredNode node;
    acl::Policy policy;  // it is to have
  };
  std::vector<storage::MembershipRecord> added;
  std::vector<storage::MembershipRecord> removed;
  std::vector<Grant> grants;
  uint64_t current_memberships = 0;
  uint64_t current_grants = 0;
  uint64_t taken_over = 0;  // nodes whose rules people wrote

  // Why a commit of it must be held, for a person; empty if it need not.
  std::string WhyHeld(const storage::SourceRecord& source) const;
};

// For the writer only. PERMISSION_DENIED for a node outside the collections that the source governs.
// FAILED_PRECONDITION for one that does not exist, that another source has set, or whose label the picture would lower.
// INVALID_ARGUMENT for a rule that is over.
absl::StatusOr<SyncDifference> CompareWithPicture(const Corpus::Impl& impl, const Tenant& tenant,
                                                  const storage::SourceRecord& source, const SyncPicture& picture);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_SYNC_DIFFERENCE_H_
