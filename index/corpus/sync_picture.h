// What a sync says a source knows: all of it, whatever order its parts came in.
//
// Thread-safety: values; free functions.
#ifndef USHER_INDEX_CORPUS_SYNC_PICTURE_H_
#define USHER_INDEX_CORPUS_SYNC_PICTURE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "index/storage/access_records.h"
#include "index/storage/store.h"

namespace usher::corpus {

struct SyncPicture {
  std::vector<storage::MembershipRecord> memberships;  // sorted, unique
  absl::btree_map<std::string, acl::Policy> grants;    // by resource
  friend bool operator==(const SyncPicture&, const SyncPicture&) = default;
};

// INVALID_ARGUMENT when a resource is granted twice with different policies; FAILED_PRECONDITION unless there are
// exactly the parts 0 to `parts` - 1.
absl::StatusOr<SyncPicture> ReadPicture(const storage::Store& store, std::string_view tenant, std::string_view source,
                                        std::string_view sync_id, uint64_t parts);

// The memberships of the groups `group:SOURCE/...` as they are; sorted.
std::vector<storage::MembershipRecord> MembershipsOf(const acl::GroupGraph& groups, std::string_view source);

// Why a commit must be held, for a person; empty if it need not. `current` and `changed` count the same kind of thing.
std::string WhyHeld(std::string_view what, uint64_t changed, uint64_t current, const storage::SourceRecord& source);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_SYNC_PICTURE_H_
