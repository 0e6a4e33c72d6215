// What the store keeps of the access model beyond collections and documents, as plain values. The encoding on disk is
// described by records.fbs.
#ifndef USHER_INDEX_STORAGE_ACCESS_RECORDS_H_
#define USHER_INDEX_STORAGE_ACCESS_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "index/storage/records.h"

namespace usher::storage {

// The rules of a folder; one without rules has no record.
struct FolderRecord {
  std::string path;               // within the collection, such as `a/b`
  acl::Policy policy;             // canonical
  acl::Revision policy_revision;  // of the last change of `policy`
  std::string policy_source;      // the sync source that set `policy`; empty: people
  friend bool operator==(const FolderRecord&, const FolderRecord&) = default;
};

struct ClearanceRecord {
  std::string principal;
  acl::Clearance clearance;  // canonical
  acl::Revision revision;    // of its last change
  friend bool operator==(const ClearanceRecord&, const ClearanceRecord&) = default;
};

// A system whose groups and rules are synced into the tenant, what it may do, and what it last did.
struct SourceRecord {
  std::string name;                                   // within the tenant
  std::vector<std::string> agents;                    // subjects who may sync for it
  absl::Duration max_age = absl::InfiniteDuration();  // of the last commit before the source is stale; infinite: never
  bool deny_when_stale = true;
  std::vector<std::string> collections;  // names it governs; empty: all of the tenant
  uint32_t share_limit = 0;  // percent, 0 to 100, of what there is that one sync may change without a person
  uint64_t minimum = 0;      // changes up to this number are never held
  absl::Time last_commit = absl::InfinitePast();  // infinite past: never
  acl::Revision last_commit_revision;
  absl::Time create_time;
  bool held = false;  // a sync waits for a person; the rest says which and why
  std::string held_sync_id;
  uint64_t held_memberships_added = 0;
  uint64_t held_memberships_removed = 0;
  uint64_t held_grants_changed = 0;
  std::string held_reason;
  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

// A sync that was begun and neither committed nor given up.
struct SyncRecord {
  std::string source;
  std::string sync_id;  // within the source
  absl::Time begin_time;
  uint64_t parts = 0;  // received so far
  uint64_t membership_count = 0;
  uint64_t grant_count = 0;
  acl::Revision last_push = {};  // of the newest part
  friend bool operator==(const SyncRecord&, const SyncRecord&) = default;
};

struct GrantRecord {
  std::string resource;
  acl::Policy policy;  // canonical
  friend bool operator==(const GrantRecord&, const GrantRecord&) = default;
};

// What one message of a sync brought: inert until the sync is committed.
struct SyncPartRecord {
  std::string sync_id;
  uint32_t number = 0;  // within the sync
  std::vector<MembershipRecord> memberships;
  std::vector<GrantRecord> grants;
  friend bool operator==(const SyncPartRecord&, const SyncPartRecord&) = default;
};

enum class BreakGlassState { kRequested, kApproved, kEnded };

// One emergency access, from the request to its end.
struct BreakGlassRecord {
  std::string id;  // within the tenant
  std::string resource;
  std::string principal;  // who gets to read
  std::string reason;
  std::string requested_by;
  std::string requested_key = {};  // key_id of the credential that asked
  absl::Time request_time;
  absl::Duration duration;  // from the approval on
  std::string approved_by;  // empty, as are the next two, until approved
  absl::Time approve_time = absl::InfiniteFuture();
  absl::Time expire_time = absl::InfiniteFuture();  // exclusive
  std::string ended_by;                             // empty until ended by somebody
  absl::Time end_time = absl::InfiniteFuture();
  BreakGlassState state = BreakGlassState::kRequested;
  friend bool operator==(const BreakGlassRecord&, const BreakGlassRecord&) = default;
};

struct TenantSettingsRecord {
  std::vector<std::string> claim_sources;  // whose claims of groups are accepted
  bool require_known_subjects = false;
  acl::Revision revision;  // of its last change
  friend bool operator==(const TenantSettingsRecord&, const TenantSettingsRecord&) = default;
};

// One thing that may change what somebody reads; what the fields mean depends on the kind, which is the writer's.
struct AccessChange {
  uint8_t kind = 0;
  std::string first;
  std::string second;
  std::optional<acl::Policy> policy;
  std::optional<acl::Clearance> clearance;
  friend bool operator==(const AccessChange&, const AccessChange&) = default;
};

// A piece of what one revision changed in one tenant, for those who follow the changes.
struct ChangeRecord {
  absl::Time time;
  bool last_part = true;  // no more of this revision follow
  std::vector<AccessChange> changes;
  friend bool operator==(const ChangeRecord&, const ChangeRecord&) = default;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_ACCESS_RECORDS_H_
