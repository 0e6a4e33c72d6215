// Documents, rules and vectors as one thing: what is written together is seen together.
//
// A write is prepared, committed to the store (durable), then applied to the memory of its tenant, and only then
// acknowledged; writes of the whole store happen one after another. A reader takes entitlement and index snapshot under
// one lock, so both are of one revision.
//
// Guarantees: after a write returned OK every later read reflects it; a write that failed changed nothing. A collection
// that does not exist and one of which the principal may read nothing look the same to Resolve and Check.
// Non-guarantees: documents are read from the store, which may be ahead of memory by the write in progress.
// Thread-safety: all methods may be called concurrently.
// Errors: those of storage/store.h; NOT_FOUND, ALREADY_EXISTS, ABORTED (stale etag) and INVALID_ARGUMENT as each method
// says.
#ifndef USHER_INDEX_CORPUS_CORPUS_H_
#define USHER_INDEX_CORPUS_CORPUS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/asker.h"
#include "acl/check.h"
#include "acl/clock.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "index/corpus/corpus_types.h"
#include "index/storage/store.h"

namespace usher::corpus {

struct Collection;
struct Tenant;

// The rules of one collection as they are now; valid only inside the call that hands it out.
class CurrentRules {
 public:
  // `collection` is null where the collection is gone.
  CurrentRules(acl::Revision revision, const Tenant& tenant, const Collection* collection);

  acl::Revision revision() const { return revision_; }
  acl::Revision tenant_revision() const;  // the store may show documents of a later one
  acl::Checker CheckerFor(const acl::Asker& asker, absl::Time now) const;
  // Whether the checker's asker may read this chunk (of this document's record); false where the collection is gone.
  bool MayRead(const acl::Checker& checker, const storage::DocumentRecord& document, uint32_t chunk) const;
  // Of the collection; kUnverified where it is gone.
  storage::TrustTier trust_tier() const;
  bool strict_search() const;  // true where the collection is gone
  // What reading the chunk takes besides rules; only for a chunk that somebody may read.
  acl::Label LabelOf(const storage::DocumentRecord& document, uint32_t chunk) const;

 private:
  acl::Revision revision_;
  const Tenant& tenant_;
  const Collection* collection_;
};

struct CorpusOptions {
  index::IndexOptions index;
  // Bytes of entitlements kept per collection.
  size_t entitlement_cache_bytes = size_t{64} << 20;
  // How long the feed of changes reaches back.
  absl::Duration change_retention = absl::Hours(24 * 7);
  // Gets a line when something about index files went wrong; empty: standard error.
  std::function<void(const std::string&)> log = {};
};

class Corpus {
 public:
  // Reads everything the store holds; vectors are searchable when it returns. Segments come from the index files beside
  // the store, as far as those are good; what they lack is sealed in the background afterwards. `store` and `clock`
  // must outlive the corpus.
  static absl::StatusOr<std::unique_ptr<Corpus>> Open(storage::Store* store, const acl::Clock* clock,
                                                      const CorpusOptions& options);
  // Stops the background work.
  ~Corpus();
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  // --- Reading, on behalf of whoever asks ---
  // Of the groups an asker claims only those count whose source the tenant accepts at that moment.

  // NOT_FOUND when the collection does not exist or holds nothing the asker may read.
  absl::StatusOr<View> Resolve(std::string_view tenant, std::string_view collection, const acl::Asker& asker) const;

  // Calls `read` with the rules of now, which do not change while it runs: keep it short, writers wait.
  void WithCurrentRules(std::string_view tenant, std::string_view collection, acl::CollectionId id,
                        const std::function<void(const CurrentRules&)>& read) const;

  // For each chunk, named by its document's record and its number, whether it is in `entitlement`, by the classes of
  // now. The first of the two computations for chunks that were named rather than searched.
  struct NamedChunk {
    const storage::DocumentRecord* document;
    uint32_t number;
  };
  std::vector<bool> Entitled(std::string_view tenant, std::string_view collection, acl::CollectionId id,
                             const acl::Entitlement& entitlement, absl::Span<const NamedChunk> chunks) const;

  // Returns when every write of which the store could show something at the call is in force or has failed, or at
  // `deadline` with DEADLINE_EXCEEDED.
  absl::Status AwaitStore(absl::Time deadline) const;

  // --- Questions about access (corpus_questions.cc) ---

  // Direct evaluation, no cache, all as of one revision. False for what does not exist.
  struct Checked {
    std::vector<bool> allowed;  // in order
    acl::Revision revision;
  };
  absl::StatusOr<Checked> Check(std::string_view tenant, absl::Span<const AccessQuestion> questions) const;
  // NOT_FOUND when the node does not exist.
  absl::StatusOr<ExplainedAccess> Explain(std::string_view tenant, const AccessQuestion& question) const;
  // The sources that govern a collection, by name.
  std::vector<SyncAge> SyncAges(std::string_view tenant, std::string_view collection) const;
  // Up to `limit` names after `after` (a position of an earlier page; empty for the start). Nothing for a collection
  // that does not exist.
  absl::StatusOr<AccessiblePage> ListAccessible(std::string_view tenant, std::string_view collection,
                                                const acl::Asker& asker, AccessibleKind kind, std::string_view after,
                                                size_t limit) const;
  absl::StatusOr<ReadersPage> ListReaders(std::string_view tenant, const NodeName& node, std::string_view purpose,
                                          std::string_view after, size_t limit) const;
  // Whether the asker is an owner of the node, or of one above it. The node need not exist, its collection must.
  absl::StatusOr<bool> Manages(std::string_view tenant, const acl::Asker& asker, const NodeName& node) const;
  // Whether the asker owns the collection or anything in it that carries a policy of a folder or of itself.
  bool ManagesSomethingIn(std::string_view tenant, const acl::Asker& asker, std::string_view collection) const;

  // --- Previews (corpus_preview.cc). NOT_FOUND names the first node that does not exist. ---

  absl::StatusOr<PreviewResult> Preview(std::string_view tenant, const ProposedChanges& changes,
                                        std::string_view purpose, const PreviewLimits& limits) const;
  absl::StatusOr<std::vector<QueryDifference>> PreviewQueries(std::string_view tenant, const ProposedChanges& changes,
                                                              std::string_view purpose,
                                                              const std::vector<RecordedQuery>& queries,
                                                              absl::Time deadline) const;

  // --- What there is, for those who manage it ---

  absl::StatusOr<CollectionInfo> GetCollection(std::string_view tenant, std::string_view name) const;
  // Up to `limit`, by name, after `after` (exclusive).
  std::vector<CollectionInfo> ListCollections(std::string_view tenant, std::string_view after, size_t limit) const;
  absl::StatusOr<storage::DocumentRecord> GetDocument(std::string_view tenant, const DocumentName& name) const;
  absl::StatusOr<std::vector<storage::DocumentRecord>> ListDocuments(std::string_view tenant,
                                                                     std::string_view collection,
                                                                     std::string_view after, size_t limit) const;
  // Folders with a policy.
  absl::StatusOr<std::vector<storage::FolderRecord>> ListFolders(std::string_view tenant, std::string_view collection,
                                                                 std::string_view after, size_t limit) const;
  std::vector<std::pair<std::string, uint32_t>> ListGroups(std::string_view tenant, std::string_view after,
                                                           size_t limit) const;
  std::vector<std::string> ListMembers(std::string_view tenant, std::string_view group, std::string_view after,
                                       size_t limit) const;
  std::vector<storage::ClearanceRecord> ListClearances(std::string_view tenant, std::string_view after,
                                                       size_t limit) const;
  // A folder without a policy has an empty one.
  absl::StatusOr<NodePolicy> GetPolicy(std::string_view tenant, const NodeName& node) const;
  storage::TenantSettingsRecord GetSettings(std::string_view tenant) const;
  TenantStatistics Statistics(std::string_view tenant) const;
  // Of all tenants; looks at each collection once.
  IndexFigures Figures() const;
  // Since the corpus was opened.
  IndexFileCounts IndexFileStatistics() const;
  // Of the newest write that is in force.
  acl::Revision revision() const;

  // --- The feed of changes (corpus_changes.cc) ---

  // Hands over the tenant's changes of revisions after `after` that are in force, in order, until `visit` returns
  // false, and returns the revision up to which there is nothing more to hand over. FAILED_PRECONDITION when changes
  // after `after` are no longer kept.
  absl::StatusOr<acl::Revision> ReadChanges(std::string_view tenant, acl::Revision after,
                                            const std::function<bool(ChangeBatch)>& visit) const;
  // Returns when something newer than `after` is in force anywhere, or at `until`.
  void AwaitChange(acl::Revision after, absl::Time until) const;

  // --- Writing ---
  // `response` is remembered with the request_id and given back to whoever repeats the request.

  // What an earlier call with the same request_id was answered, if there was one. INVALID_ARGUMENT when it had other
  // content.
  absl::StatusOr<std::optional<WriteResult>> FindRequest(const WriteContext& context) const;

  // The record's id, creation time and policy revision are filled in. ALREADY_EXISTS.
  absl::StatusOr<WriteResult> CreateCollection(const WriteContext& context, storage::CollectionRecord record,
                                               const std::string& response);
  // NOT_FOUND; also to an owner of something else (corpus_settings.cc).
  absl::StatusOr<WriteResult> UpdateCollection(const WriteContext& context, std::string_view name,
                                               const CollectionUpdate& update, const std::string& response);
  absl::StatusOr<WriteResult> DeleteCollection(const WriteContext& context, std::string_view name,
                                               const std::string& response);
  // All or none. `collection_id` is the one the documents were prepared for; NOT_FOUND when it is gone.
  // FAILED_PRECONDITION when rules of single chunks would be lost unsaid.
  absl::StatusOr<WriteResult> UpsertDocuments(const WriteContext& context, std::string_view collection,
                                              acl::CollectionId collection_id, std::vector<PreparedDocument> documents,
                                              const std::string& response);
  absl::StatusOr<WriteResult> DeleteDocuments(const WriteContext& context, std::string_view collection,
                                              const std::vector<std::string>& ids, const std::string& response);
  absl::StatusOr<WriteResult> UpdateMembers(const WriteContext& context,
                                            const std::vector<storage::MembershipRecord>& add,
                                            const std::vector<storage::MembershipRecord>& remove,
                                            const std::string& response);
  absl::StatusOr<WriteResult> SetClearances(const WriteContext& context,
                                            const std::vector<storage::ClearanceRecord>& clearances,
                                            const std::string& response);
  // NOT_FOUND names the first node that does not exist; ABORTED the first whose etag is stale; INVALID_ARGUMENT the
  // first rule that is over, or names somebody unknown where the tenant requires subjects to be known. Each says which
  // of `updates` it is about (index/status_field.h).
  absl::StatusOr<PolicyWriteResult> SetPolicies(const WriteContext& context, const std::vector<PolicyUpdate>& updates,
                                                const std::string& response);
  absl::StatusOr<WriteResult> SetSettings(const WriteContext& context, storage::TenantSettingsRecord settings,
                                          const std::string& response);
  // API keys share the store's revisions.
  absl::StatusOr<acl::Revision> PutApiKey(const storage::ApiKeyRecord& record);

  // --- Break-glass (corpus_break_glass.cc) ---

  // `record`: id, resource, principal, reason, requested_by and duration are the caller's. NOT_FOUND for a node that
  // does not exist.
  absl::StatusOr<storage::BreakGlassRecord> RequestBreakGlass(const WriteContext& context, const NodeName& node,
                                                              storage::BreakGlassRecord record);
  // FAILED_PRECONDITION unless it is requested, and by somebody else.
  absl::StatusOr<storage::BreakGlassRecord> ApproveBreakGlass(const WriteContext& context, const std::string& id,
                                                              const std::string& approver);
  absl::StatusOr<storage::BreakGlassRecord> EndBreakGlass(const WriteContext& context, const std::string& id,
                                                          const std::string& ended_by);
  // A grant whose time is over counts as ended. NOT_FOUND where there is none.
  absl::StatusOr<storage::BreakGlassRecord> GetBreakGlass(std::string_view tenant, const std::string& id) const;
  // All of the tenant, newest first.
  absl::StatusOr<std::vector<storage::BreakGlassRecord>> ListBreakGlass(std::string_view tenant) const;

  // --- Syncs (corpus_sync.cc, corpus_sync_commit.cc) ---

  // Creation time and what syncs have made of it are kept.
  absl::StatusOr<storage::SourceRecord> SetSource(const WriteContext& context, storage::SourceRecord record);
  absl::StatusOr<WriteResult> DeleteSource(const WriteContext& context, const std::string& name,
                                           const std::string& response);
  std::vector<storage::SourceRecord> ListSources(std::string_view tenant) const;
  // For a context with an owner: NOT_FOUND unless it is one of the source's agents; so in all that follow.
  absl::StatusOr<std::string> BeginSync(const WriteContext& context, const std::string& source);
  absl::Status PushSync(const WriteContext& context, const std::string& source, storage::SyncPartRecord part);
  absl::StatusOr<CommitOutcome> CommitSync(const WriteContext& context, const std::string& source,
                                           const std::string& sync_id, uint32_t parts);
  absl::Status AbortSync(const WriteContext& context, const std::string& source, const std::string& sync_id);
  absl::StatusOr<CommitOutcome> ApproveSync(const WriteContext& context, const std::string& source,
                                            const std::string& sync_id);

  struct Impl;  // of the source files

 private:
  explicit Corpus(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CORPUS_H_
