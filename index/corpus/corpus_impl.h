// The insides of the corpus, shared by its source files.
#ifndef USHER_INDEX_CORPUS_CORPUS_IMPL_H_
#define USHER_INDEX_CORPUS_CORPUS_IMPL_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "acl/writer_first_mutex.h"
#include "index/corpus/corpus.h"
#include "index/corpus/tenant_state.h"

namespace usher::corpus {

// A write that has been checked: what goes to disk, and what memory then does about it.
struct PreparedWrite {
  storage::Batch batch;
  std::function<void()> apply;  // under the tenant's exclusive lock; cannot fail
};

struct Corpus::Impl {
  Impl(storage::Store* s, const acl::Clock* c, const CorpusOptions& o) : store(s), clock(c), options(o) {}
  ~Impl();

  absl::Status Load();
  absl::Status LoadCollection(Tenant& tenant, storage::CollectionRecord record);

  // nullptr where the tenant has never written anything.
  std::shared_ptr<Tenant> FindTenant(std::string_view id) const;
  std::shared_ptr<Tenant> MakeTenant(std::string_view id);
  // Under either lock of the tenant, nullptr where there is none.
  static std::shared_ptr<Collection> FindCollection(const Tenant& tenant, std::string_view name);
  std::shared_ptr<const acl::Entitlement> Entitle(const Tenant& tenant, Collection& collection,
                                                  std::string_view principal) const;

  using NodeReader = std::function<void(const Collection& collection, const storage::DocumentRecord* document)>;
  absl::Status ReadNode(const Tenant& tenant, const NodeName& node, const NodeReader& read) const;
  absl::Status AwaitStore(absl::Time deadline) const;

  // The one way to write: replays a known request_id; else prepares (with the revision the write will have), commits,
  // applies.
  using Prepare = std::function<absl::StatusOr<PreparedWrite>(Tenant& tenant, acl::Revision revision)>;
  absl::StatusOr<WriteResult> Write(const WriteContext& context, const std::string& response, const Prepare& prepare);
  absl::StatusOr<std::optional<WriteResult>> FindRequest(const WriteContext& context) const;
  absl::Status CommitAndApply(Tenant& tenant, PreparedWrite write, acl::Revision revision);

  void RunMaintenance();
  bool MaintainOne(Tenant& tenant, Collection& collection);

  storage::Store* const store;
  const acl::Clock* const clock;
  const CorpusOptions options;

  std::mutex write_mutex;  // taken before any tenant's mutex
  mutable acl::WriterFirstMutex tenants_mutex;
  absl::flat_hash_map<std::string, std::shared_ptr<Tenant>> tenants;  // guarded by tenants_mutex

  mutable std::mutex applied_mutex;
  mutable std::condition_variable applied_changed;
  acl::Revision applied;  // guarded by applied_mutex
  // Of the write between its commit's start and its end; what it stores may be seen before the store knows its
  // revision.
  std::optional<acl::Revision> committing;  // guarded by applied_mutex

  std::mutex maintenance_mutex;
  std::condition_variable maintenance_changed;
  bool stopping = false;        // guarded by maintenance_mutex
  bool maintenance_due = true;  // guarded by maintenance_mutex
  std::thread maintenance_thread;
};

absl::Status NoSuchCollection(std::string_view name);
absl::Status NoSuchDocument(const DocumentName& name);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CORPUS_IMPL_H_
