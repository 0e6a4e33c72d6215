// What goes into the corpus and comes out of it. Values.
#ifndef USHER_INDEX_CORPUS_CORPUS_TYPES_H_
#define USHER_INDEX_CORPUS_CORPUS_TYPES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/entitlement.h"
#include "acl/explain.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "index/corpus/resource_name.h"
#include "index/fields/schema.h"
#include "index/storage/access_records.h"
#include "index/storage/records.h"
#include "index/vector_index.h"

namespace usher::corpus {

// What a reader holds of one collection, all of one revision. Immutable.
struct View {
  acl::Revision revision;
  acl::Revision tenant_revision;  // of the tenant's own newest write
  acl::CollectionId collection_id;
  std::string embedding_model;
  int dimension = 0;
  bool strict_search = false;                           // the collection wants exact searches only
  std::shared_ptr<const acl::Entitlement> entitlement;  // contains at least one chunk
  absl::Time entitled_until;                            // the first instant at which it may no longer hold
  uint64_t authorized_chunks = 0;                       // exact, > 0
  std::shared_ptr<const index::IndexSnapshot> snapshot;
  std::shared_ptr<const fields::Schema> schema;  // declared fields of metadata
};

// Who writes, and under which request_id; the ids keep callers and tenants apart.
struct WriteContext {
  std::string tenant;
  std::string caller;
  std::string request_id;   // empty: none
  std::string fingerprint;  // digest of method and content; needed with a request_id
  // Set for whoever is no administrator: every node the write touches must have this asker among its owners or those of
  // the nodes above it, else NOT_FOUND as if it did not exist; owners and ceilings stay as they are, and rules may
  // allow nobody beyond a ceiling.
  std::optional<acl::Asker> owner = {};
};

struct WriteResult {
  acl::Revision revision;
  std::string response;  // `response` of the call that carried the write out
};

// A document ready to be stored: cleaned, cut and embedded.
struct PreparedDocument {
  std::string id;
  std::string title;
  std::string source_uri;
  std::string metadata_json;
  std::optional<acl::Policy> policy;  // canonical; nullopt keeps the rules there are
  std::vector<storage::ChunkRecord> chunks;
  std::vector<float> vectors;  // chunks.size() rows of the collection's dimension, unit norm
  // Rules of single chunks by number, ascending, canonical; nullopt: the caller knows of none.
  std::optional<std::vector<std::pair<uint32_t, acl::Policy>>> chunk_policies;
  bool discard_chunk_policies = false;  // gives up those the old content had
};

struct CollectionInfo {
  storage::CollectionRecord record;
  uint64_t document_count = 0;
  uint64_t chunk_count = 0;
  uint64_t class_count = 0;
};

// What may be changed of a collection besides its policy; what is not set stays.
struct CollectionUpdate {
  std::optional<bool> strict_search;
  std::optional<storage::TrustTier> trust_tier = {};
};

struct PolicyUpdate {
  NodeName node;
  acl::Policy policy;                              // canonical; break-glass rules in it are not looked at
  std::optional<acl::Revision> expected_revision;  // the etag the caller has seen
};

struct NodePolicy {
  acl::Policy policy;
  acl::Revision revision;
  std::string source;  // the sync source that wrote it; empty: people
};

struct PolicyWriteResult {
  WriteResult write;
  std::vector<std::string> unknown_subjects;  // sorted, at most 100
};

// How old the rights from a source are, for one collection.
struct SyncAge {
  std::string source;
  std::optional<absl::Time> last_commit;
  bool stale = false;
  bool denies = false;
};

struct AccessQuestion {
  acl::Asker asker;
  NodeName node;
};

struct ExplainedAccess {
  acl::Explanation explanation;
  std::vector<SyncAge> syncs;
  acl::Revision revision;
};

enum class AccessibleKind { kDocuments, kChunks };

// A page of what somebody may read.
struct AccessiblePage {
  std::vector<std::string> names;  // full names of documents or chunks, in order
  std::string next;                // where the next page begins; empty: there is none
  acl::Revision revision;
};

struct ReadersPage {
  std::vector<std::string> principals;  // in order
  bool everyone_else = false;
  bool more = false;
  acl::Revision revision;
};

// --- Previews ---

struct ProposedChanges {
  std::vector<storage::MembershipRecord> add;
  std::vector<storage::MembershipRecord> remove;
  std::vector<PolicyUpdate> policies;
  std::vector<storage::ClearanceRecord> clearances;
};

struct AccessDifference {
  std::string principal;  // empty: every principal that nothing names
  uint64_t gained_chunks = 0;
  uint64_t lost_chunks = 0;
  std::vector<std::string> gained_documents;  // full names, in order, at most as many as were asked for
  std::vector<std::string> lost_documents;
};

struct PreviewLimits {
  std::vector<std::string> collections;  // none: all
  size_t max_principals = 1'000;
  size_t max_names = 10;
  absl::Time deadline = absl::InfiniteFuture();
};

struct PreviewResult {
  std::vector<AccessDifference> differences;  // by principal
  uint64_t principal_count = 0;
  std::optional<AccessDifference> everyone_else;
  acl::Revision revision;
};

// A query asked again, as of now and as of after the changes.
struct RecordedQuery {
  std::string principal;
  std::string collection;
  std::vector<float> vector;  // of the collection's dimension, unit norm
  int k = 10;
};

struct QueryDifference {
  std::vector<std::string> appearing;  // full names of chunks, best first
  std::vector<std::string> disappearing;
};

// --- The feed of changes ---

enum class ChangeKind : uint8_t {
  kMemberAdded = 1,
  kMemberRemoved = 2,
  kPolicySet = 3,
  kClearanceSet = 4,
  kCreated = 5,
  kDeleted = 6,
  kBreakGlass = 7,
  kSyncCommitted = 8,
};

// The changes of one write, or a part of them.
struct ChangeBatch {
  acl::Revision revision;
  absl::Time time;
  bool last_part = true;
  std::vector<storage::AccessChange> changes;
};

// --- Syncs ---

struct CommitOutcome {
  acl::Revision revision;
  bool held = false;
  std::string held_reason;
  uint64_t memberships_added = 0;
  uint64_t memberships_removed = 0;
  uint64_t policies_changed = 0;
};

// What became of index files.
struct IndexFileCounts {
  uint64_t read = 0;
  uint64_t written = 0;
  uint64_t refused = 0;  // damaged, foreign or unreadable: their rows came from the store
  uint64_t failed = 0;   // could not be written or removed
};

struct TenantStatistics {
  uint64_t collections = 0;
  uint64_t documents = 0;
  uint64_t chunks = 0;
  uint64_t classes = 0;
  uint64_t groups = 0;
};

// How the vectors of all tenants lie, for whoever runs the server.
struct IndexFigures {
  index::IndexShape shape;        // the sum of all collections
  uint64_t maintenance_jobs = 0;  // carried out since the corpus was opened
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CORPUS_TYPES_H_
