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

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "acl/entitlement.h"
#include "acl/explain.h"
#include "acl/group_graph.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "index/corpus/resource_name.h"
#include "index/storage/records.h"
#include "index/storage/store.h"
#include "index/vector_index.h"

namespace usher::corpus {

// What a reader holds of one collection, all of one revision. Immutable.
struct View {
  acl::Revision revision;
  acl::Revision tenant_revision;  // of the tenant's own newest write
  acl::CollectionId collection_id;
  std::string embedding_model;
  int dimension = 0;
  std::shared_ptr<const acl::Entitlement> entitlement;  // contains at least one chunk
  uint64_t authorized_chunks = 0;                       // exact, > 0
  std::shared_ptr<const index::IndexSnapshot> snapshot;
};

// The rules as they are now; valid only inside the call that hands it out.
struct CurrentRules {
  acl::Revision revision;
  acl::Revision tenant_revision;  // of the tenant's own newest write; the store may show documents of a later one
  const acl::GroupGraph& groups;
  const acl::Policy* collection_policy;  // null: the collection is gone
};

// Who writes, and under which request_id; the ids keep callers and tenants apart.
struct WriteContext {
  std::string tenant;
  std::string caller;
  std::string request_id;   // empty: none
  std::string fingerprint;  // digest of method and content; needed with a request_id
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
};

struct CollectionInfo {
  storage::CollectionRecord record;
  uint64_t document_count = 0;
  uint64_t chunk_count = 0;
  uint64_t class_count = 0;
};

struct PolicyUpdate {
  NodeName node;
  acl::Policy policy;                              // canonical
  std::optional<acl::Revision> expected_revision;  // the etag the caller has seen
};

struct NodePolicy {
  acl::Policy policy;
  acl::Revision revision;
};

struct TenantStatistics {
  uint64_t collections = 0;
  uint64_t documents = 0;
  uint64_t chunks = 0;
  uint64_t classes = 0;
  uint64_t groups = 0;
};

struct CorpusOptions {
  index::IndexOptions index;
  // Entitlements kept per collection.
  size_t entitlement_cache_entries = 10'000;
};

class Corpus {
 public:
  // Reads everything the store holds; vectors are searchable when it returns, graphs are built in the background
  // afterwards. `store` and `clock` must outlive the corpus.
  static absl::StatusOr<std::unique_ptr<Corpus>> Open(storage::Store* store, const acl::Clock* clock,
                                                      const CorpusOptions& options);
  // Stops the background work.
  ~Corpus();
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  // --- Reading ---

  // NOT_FOUND when the collection does not exist or holds nothing the principal may read.
  absl::StatusOr<View> Resolve(std::string_view tenant, std::string_view collection, std::string_view principal) const;

  // Calls `read` with the rules of now, which do not change while it runs: keep it short, writers wait.
  void WithCurrentRules(std::string_view tenant, std::string_view collection, acl::CollectionId id,
                        const std::function<void(const CurrentRules&)>& read) const;

  // For each policy, whether documents that have it are in `entitlement`, by the classes of now. The first of the two
  // computations for chunks that were named rather than searched.
  std::vector<bool> Entitled(std::string_view tenant, std::string_view collection, acl::CollectionId id,
                             const acl::Entitlement& entitlement, absl::Span<const acl::Policy* const> policies) const;

  // Returns when every write of which the store could show something at the call is in force or has failed, or at
  // `deadline` with DEADLINE_EXCEEDED.
  absl::Status AwaitStore(absl::Time deadline) const;

  // Direct evaluation, no cache. False for what does not exist.
  absl::StatusOr<bool> Check(std::string_view tenant, std::string_view principal, const NodeName& node) const;
  // For those who manage the node: NOT_FOUND when it does not exist.
  absl::StatusOr<acl::Explanation> Explain(std::string_view tenant, std::string_view principal,
                                           const NodeName& node) const;

  absl::StatusOr<CollectionInfo> GetCollection(std::string_view tenant, std::string_view name) const;
  // Up to `limit`, by name, after `after` (exclusive).
  std::vector<CollectionInfo> ListCollections(std::string_view tenant, std::string_view after, size_t limit) const;
  absl::StatusOr<storage::DocumentRecord> GetDocument(std::string_view tenant, const DocumentName& name) const;
  absl::StatusOr<std::vector<storage::DocumentRecord>> ListDocuments(std::string_view tenant,
                                                                     std::string_view collection,
                                                                     std::string_view after, size_t limit) const;
  std::vector<std::pair<std::string, uint32_t>> ListGroups(std::string_view tenant, std::string_view after,
                                                           size_t limit) const;
  std::vector<std::string> ListMembers(std::string_view tenant, std::string_view group, std::string_view after,
                                       size_t limit) const;
  absl::StatusOr<NodePolicy> GetPolicy(std::string_view tenant, const NodeName& node) const;
  TenantStatistics Statistics(std::string_view tenant) const;
  // Of the newest write that is in force.
  acl::Revision revision() const;

  // --- Writing ---
  // `response` is remembered with the request_id and given back to whoever repeats the request.

  // What an earlier call with the same request_id was answered, if there was one. INVALID_ARGUMENT when it had other
  // content.
  absl::StatusOr<std::optional<WriteResult>> FindRequest(const WriteContext& context) const;

  // The record's id, creation time and policy revision are filled in. ALREADY_EXISTS.
  absl::StatusOr<WriteResult> CreateCollection(const WriteContext& context, storage::CollectionRecord record,
                                               const std::string& response);
  absl::StatusOr<WriteResult> DeleteCollection(const WriteContext& context, std::string_view name,
                                               const std::string& response);
  // All or none. `collection_id` is the one the documents were prepared for; NOT_FOUND when it is gone.
  absl::StatusOr<WriteResult> UpsertDocuments(const WriteContext& context, std::string_view collection,
                                              acl::CollectionId collection_id, std::vector<PreparedDocument> documents,
                                              const std::string& response);
  absl::StatusOr<WriteResult> DeleteDocuments(const WriteContext& context, std::string_view collection,
                                              const std::vector<std::string>& ids, const std::string& response);
  absl::StatusOr<WriteResult> UpdateMembers(const WriteContext& context,
                                            const std::vector<storage::MembershipRecord>& add,
                                            const std::vector<storage::MembershipRecord>& remove,
                                            const std::string& response);
  // NOT_FOUND names the first node that does not exist; ABORTED the first whose etag is stale.
  absl::StatusOr<WriteResult> SetPolicies(const WriteContext& context, const std::vector<PolicyUpdate>& updates,
                                          const std::string& response);
  // API keys share the store's revisions.
  absl::StatusOr<acl::Revision> PutApiKey(const storage::ApiKeyRecord& record);

 private:
  struct Impl;
  explicit Corpus(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CORPUS_H_
