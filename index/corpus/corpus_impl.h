// The insides of the corpus, shared by its source files.
#ifndef USHER_INDEX_CORPUS_CORPUS_IMPL_H_
#define USHER_INDEX_CORPUS_CORPUS_IMPL_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "acl/writer_first_mutex.h"
#include "index/corpus/corpus.h"
#include "index/corpus/tenant_state.h"
#include "index/corpus/write_turns.h"

namespace usher::corpus {

struct SyncDifference;

// A write that has been checked: what goes to disk, and what memory then does about it.
struct PreparedWrite {
  storage::Batch batch;
  std::function<void()> apply = [] {};         // under the tenant's exclusive lock; cannot fail
  std::vector<storage::AccessChange> changes;  // for the feed, in order
};

// A node with what the store holds of it.
struct StoredNode {
  std::shared_ptr<Collection> collection;                   // null: there is none
  std::shared_ptr<const storage::DocumentRecord> document;  // of documents and chunks; shared by nodes read together
  bool exists = false;                                      // folders exist wherever their collection does

  // From the collection down; of a node that does not exist, as far as there is something. `collection` is not null.
  PolicyChain Chain(const NodeName& name) const;
  // Its own; a shared empty one where it has none.
  const acl::Policy& OwnPolicy(const NodeName& name) const;
  // The sync source that wrote it; empty: people.
  std::string SourceOf(const NodeName& name) const;
};

struct Corpus::Impl {
  Impl(storage::Store* s, const acl::Clock* c, const CorpusOptions& o)
      : store(s), clock(c), options(o), index_files(s->path(), s->file_key(), o.log) {}
  ~Impl();

  absl::Status Load();
  absl::Status LoadAccess();
  // With nothing in it.
  std::shared_ptr<Collection> MakeCollection(Tenant& tenant, storage::CollectionRecord record);
  void RemoveStrayFolders();
  // collection_load.cc. Collections may be loaded at the same time.
  absl::Status LoadCollection(Tenant& tenant, storage::CollectionRecord record);

  // nullptr where the tenant has never written anything.
  std::shared_ptr<Tenant> FindTenant(std::string_view id) const;
  std::shared_ptr<Tenant> MakeTenant(std::string_view id);
  // Under either lock of the tenant, nullptr where there is none.
  static std::shared_ptr<Collection> FindCollection(const Tenant& tenant, std::string_view name);

  // Calls `read` with the nodes as of one revision, under the tenant's shared lock.
  using NodesReader = std::function<absl::Status(const std::vector<StoredNode>& nodes)>;
  absl::Status ReadNodes(const Tenant& tenant, absl::Span<const NodeName> names, const NodesReader& read) const;
  absl::Status AwaitStore(absl::Time deadline) const;

  // --- For writers, who need no lock to read ---

  // One node as it is stored. NOT_FOUND when it does not exist, and to an owner when it does not manage it.
  absl::StatusOr<StoredNode> FindForWriting(const Tenant& tenant, const WriteContext& context,
                                            const NodeName& name) const;
  // Whether the context's owner, if it is one, manages the chain.
  bool MayManage(const Tenant& tenant, const WriteContext& context, const PolicyChain& chain) const;
  // What becomes of a node's policy: `above` are those of the nodes above it. Errors of acl::DelegatedPolicy,
  // acl::CheckNotExpired and, where the tenant requires it, of unknown subjects; they name no field.
  absl::StatusOr<acl::Policy> AdmitPolicy(const Tenant& tenant, const WriteContext& context, acl::Policy wanted,
                                          const acl::Policy& current, const PolicyChain& above) const;

  // The one way to write: replays a known request_id; else prepares (with the revision the write will have), commits,
  // applies. `haste`: kBulk for content alone, which what changes rights goes before.
  using Prepare = std::function<absl::StatusOr<PreparedWrite>(Tenant& tenant, acl::Revision revision)>;
  absl::StatusOr<WriteResult> Write(const WriteContext& context, const std::string& response, const Prepare& prepare,
                                    Haste haste = Haste::kPrompt);
  absl::StatusOr<std::optional<WriteResult>> FindRequest(const WriteContext& context) const;
  // Forgets changes that are too old, now and then.
  absl::Status PruneChanges(std::string_view tenant, storage::Batch& batch);
  // FAILED_PRECONDITION when changes after `after` may have been forgotten.
  absl::Status CheckKept(std::string_view tenant, acl::Revision after) const;
  absl::Status CommitAndApply(Tenant& tenant, PreparedWrite write, acl::Revision revision);

  // --- Syncs ---

  // NOT_FOUND also to an owner that is no agent of the source.
  absl::StatusOr<storage::SourceRecord> FindSource(const Tenant& tenant, const WriteContext& context,
                                                   std::string_view name) const;
  struct StagedSyncs;
  absl::StatusOr<StagedSyncs> FindStaged(const Tenant& tenant, const WriteContext& context, const std::string& source,
                                         const std::string& sync_id, bool approve) const;
  // Approves the held sync where `parts` is not given.
  absl::StatusOr<CommitOutcome> FinishSync(const WriteContext& context, const std::string& source,
                                           const std::string& sync_id, std::optional<uint32_t> parts);
  PreparedWrite HoldSync(const WriteContext& context, Tenant& tenant, const StagedSyncs& staged,
                         const CommitOutcome& outcome) const;
  PreparedWrite PutSyncInForce(const WriteContext& context, Tenant& tenant, acl::Revision revision,
                               const StagedSyncs& staged, SyncDifference difference) const;

  void RunMaintenance();
  // Whether there may be more to do. Large parts that are searched no longer go to `replaced`.
  bool MaintainTenant(Tenant& tenant, index::Effort effort, std::vector<std::shared_ptr<const void>>* replaced);
  bool MaintainOne(Tenant& tenant, Collection& collection, index::Effort effort,
                   std::vector<std::shared_ptr<const void>>* replaced);
  // Writes segments that have no file yet.
  void SaveSegments(const Tenant& tenant, Collection& collection);
  bool IsStopping();

  storage::Store* const store;
  const acl::Clock* const clock;
  const CorpusOptions options;
  IndexFiles index_files;

  WriteTurns write_turns;                                   // a turn is taken before any tenant's mutex
  absl::flat_hash_map<std::string, absl::Time> next_prune;  // by tenant; of whoever has the turn
  mutable acl::WriterFirstMutex tenants_mutex;
  absl::flat_hash_map<std::string, std::shared_ptr<Tenant>> tenants;  // guarded by tenants_mutex

  mutable std::mutex applied_mutex;
  mutable std::condition_variable applied_changed;
  acl::Revision applied;  // guarded by applied_mutex
  // Of the write between its commit's start and its end; what it stores may be seen before the store knows its
  // revision.
  std::optional<acl::Revision> committing;  // guarded by applied_mutex

  std::atomic<uint64_t> maintenance_jobs{0};  // carried out
  std::mutex maintenance_mutex;
  std::condition_variable maintenance_changed;
  bool stopping = false;                                         // guarded by maintenance_mutex
  absl::flat_hash_set<std::shared_ptr<Tenant>> maintenance_due;  // whose indexes may have grown; guarded as above
  std::vector<acl::CollectionId> deleted_collections;            // whose files are still there; guarded as above
  std::thread maintenance_thread;
};

absl::Status NoSuchCollection(std::string_view name);
absl::Status NoSuchDocument(const DocumentName& name);
absl::Status NoSuchNode(const NodeName& name);
absl::Status NoSuchSource(std::string_view name);
absl::Status NoSuchSync();
// What an owner is told of whatever it does not manage, whether it exists or not.
absl::Status NotManaged(const NodeName& name);

// Null where the source has no such sync.
const storage::SyncRecord* FindSync(const Tenant& tenant, std::string_view source, std::string_view id);
// The source without anything held.
void ClearHeld(storage::SourceRecord& source);

// Up to 100 subjects of the policies that no membership and no clearance names, nor `also_known` holds; sorted.
std::vector<std::string> UnknownSubjects(const Tenant& tenant, absl::Span<const acl::Policy* const> policies,
                                         const absl::flat_hash_set<std::string_view>& also_known = {});
// The refusal of rules that name them, where the tenant's settings want it; OK without any.
absl::Status RefuseUnknown(const std::vector<std::string>& unknown);

// What the feed tells of a node.
storage::AccessChange Created(const std::string& name);
storage::AccessChange Deleted(const std::string& name);
storage::AccessChange PolicyOf(const std::string& name, const acl::Policy& policy);

// Takes a document out of memory.
struct Removal {
  storage::DocumentRecord document;

  void Apply(Collection& collection) const;
};

// A document that changes its rules, and the collection it is in.
struct Move {
  std::shared_ptr<Collection> collection;
  storage::DocumentRecord from;
  storage::DocumentRecord to;

  void Apply() const;
};

// A change of the policy of one node, whatever its kind, as part of a write.
class PolicyChanges {
 public:
  PolicyChanges(std::string_view tenant_id, Tenant& tenant, acl::Revision revision, absl::Time now)
      : tenant_id_(tenant_id), tenant_(tenant), revision_(revision), now_(now) {}

  // `node` must exist. Several changes of one document come together. An equal policy changes nothing but `source`.
  void Set(const NodeName& name, const StoredNode& node, acl::Policy policy, std::string_view source);
  // Moves everything into `write`; used once.
  void Finish(PreparedWrite& write) &&;

 private:
  struct FolderChange {
    std::shared_ptr<Collection> collection;
    storage::FolderRecord record;
  };

  void SetDocument(const NodeName& name, const StoredNode& node, acl::Policy policy, std::string_view source);

  std::string tenant_id_;
  Tenant& tenant_;
  acl::Revision revision_;
  absl::Time now_;
  std::vector<std::pair<std::shared_ptr<Collection>, storage::CollectionRecord>> collections_;
  std::vector<FolderChange> folders_;
  absl::btree_map<std::pair<std::string, std::string>, Move> moves_;  // by collection and document
  std::vector<storage::AccessChange> changes_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CORPUS_IMPL_H_
