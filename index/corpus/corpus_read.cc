// What there is, for readers and for those who manage it.
#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/names.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

CollectionInfo Describe(const Collection& collection) {
  return {collection.record, collection.documents.size(), collection.chunk_count,
          collection.classes.live_class_count()};
}

}  // namespace

CurrentRules::CurrentRules(acl::Revision revision, const Tenant& tenant, const Collection* collection)
    : revision_(revision), tenant_(tenant), collection_(collection) {}

acl::Revision CurrentRules::tenant_revision() const { return tenant_.revision; }

acl::Checker CurrentRules::CheckerFor(const acl::Asker& asker, absl::Time now) const {
  return tenant_.CheckerFor(asker, now);
}

bool CurrentRules::MayRead(const acl::Checker& checker, const storage::DocumentRecord& document, uint32_t chunk) const {
  if (collection_ == nullptr) return false;
  return checker.MayRead(collection_->ChunkPolicies(document, chunk), collection_->open_until);
}

storage::TrustTier CurrentRules::trust_tier() const {
  return collection_ == nullptr ? storage::TrustTier::kUnverified : collection_->record.trust_tier;
}

bool CurrentRules::strict_search() const { return collection_ == nullptr || collection_->record.strict_search; }

acl::Label CurrentRules::LabelOf(const storage::DocumentRecord& document, uint32_t chunk) const {
  if (collection_ == nullptr) return {};
  return acl::LabelOfChain(collection_->ChunkPolicies(document, chunk));
}

absl::StatusOr<View> Corpus::Resolve(std::string_view tenant_id, std::string_view name, const acl::Asker& asker) const {
  // One answer for both, so that nobody learns which collections exist.
  const absl::Status nothing = absl::NotFoundError(absl::StrCat(
      "collection '", acl::ToAbsl(name), "' does not exist or holds nothing that ", asker.principal, " may read"));
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return nothing;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  if (collection == nullptr) return nothing;
  View view;
  acl::EntitlementCache::Found found =
      collection->entitlements.Get(collection->classes, tenant->groups, tenant->clearances, tenant->groups.epoch(),
                                   tenant->clearances_epoch, tenant->Admit(asker), impl_->clock->Now());
  if (found.chunks == 0) return nothing;
  view.entitled_until = std::min(found.entitlement->valid_until(), collection->open_until);
  view.entitlement = std::move(found.entitlement);
  view.authorized_chunks = found.chunks;
  view.revision = revision();
  view.tenant_revision = tenant->revision;
  view.collection_id = collection->record.id;
  view.embedding_model = collection->record.embedding_model;
  view.dimension = collection->record.dimension;
  view.strict_search = collection->record.strict_search;
  view.snapshot = collection->vectors.Snapshot();
  view.schema = collection->schema;
  return view;
}

void Corpus::WithCurrentRules(std::string_view tenant_id, std::string_view name, acl::CollectionId id,
                              const std::function<void(const CurrentRules&)>& read) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  // A collection made anew under an old name is another one.
  const bool same = collection != nullptr && collection->record.id == id;
  read(CurrentRules(revision(), *tenant, same ? collection.get() : nullptr));
}

std::vector<bool> Corpus::Entitled(std::string_view tenant_id, std::string_view name, acl::CollectionId id,
                                   const acl::Entitlement& entitlement, absl::Span<const NamedChunk> chunks) const {
  std::vector<bool> entitled(chunks.size(), false);
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return entitled;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  if (collection == nullptr || collection->record.id != id) return entitled;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const storage::DocumentRecord& document = *chunks[i].document;
    const std::optional<acl::ClassId> class_id =
        collection->classes.Find(FolderOf(document.id), document.policy, ChunkPolicyOf(document, chunks[i].number));
    entitled[i] = class_id && entitlement.Contains(*class_id);
  }
  return entitled;
}

absl::Status Corpus::Impl::AwaitStore(absl::Time deadline) const {
  std::unique_lock lock(applied_mutex);
  const std::optional<acl::Revision> pending = committing;
  if (!pending) return absl::OkStatus();
  const bool reached =
      applied_changed.wait_until(lock, absl::ToChronoTime(deadline), [&] { return committing != pending; });
  if (reached) return absl::OkStatus();
  return absl::DeadlineExceededError("the deadline passed while a write was being put in force; retry");
}

absl::Status Corpus::AwaitStore(absl::Time deadline) const { return impl_->AwaitStore(deadline); }

acl::Revision Corpus::revision() const {
  const std::unique_lock lock(impl_->applied_mutex);
  return impl_->applied;
}

absl::StatusOr<CollectionInfo> Corpus::GetCollection(std::string_view tenant_id, std::string_view name) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchCollection(name);
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  if (collection == nullptr) return NoSuchCollection(name);
  return Describe(*collection);
}

std::vector<CollectionInfo> Corpus::ListCollections(std::string_view tenant_id, std::string_view after,
                                                    size_t limit) const {
  std::vector<CollectionInfo> result;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return result;
  const std::shared_lock lock(tenant->mutex);
  for (auto it = tenant->collections.upper_bound(after); it != tenant->collections.end() && result.size() < limit;
       ++it) {
    result.push_back(Describe(*it->second));
  }
  return result;
}

absl::StatusOr<storage::DocumentRecord> Corpus::GetDocument(std::string_view tenant, const DocumentName& name) const {
  auto collection = GetCollection(tenant, name.collection);
  if (!collection.ok()) return collection.status();
  auto document = impl_->store->GetDocument(collection->record.id, name.document);
  if (!document.ok()) return document.status();
  if (!document->has_value()) return NoSuchDocument(name);
  return **std::move(document);
}

absl::StatusOr<std::vector<storage::DocumentRecord>> Corpus::ListDocuments(std::string_view tenant,
                                                                           std::string_view collection_name,
                                                                           std::string_view after, size_t limit) const {
  auto collection = GetCollection(tenant, collection_name);
  if (!collection.ok()) return collection.status();
  std::vector<storage::DocumentRecord> result;
  const absl::Status enough = absl::OutOfRangeError("enough");
  const absl::Status status =
      impl_->store->ForEachDocument(collection->record.id, after, [&](storage::DocumentRecord record) {
        if (result.size() == limit) return enough;
        result.push_back(std::move(record));
        return absl::OkStatus();
      });
  if (!status.ok() && status != enough) return status;
  return result;
}

std::vector<std::pair<std::string, uint32_t>> Corpus::ListGroups(std::string_view tenant_id, std::string_view after,
                                                                 size_t limit) const {
  std::vector<std::pair<std::string, uint32_t>> result;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return result;
  const std::shared_lock lock(tenant->mutex);
  for (const auto& group : tenant->groups.ListGroups(after, limit)) result.emplace_back(group.name, group.member_count);
  return result;
}

std::vector<std::string> Corpus::ListMembers(std::string_view tenant_id, std::string_view group, std::string_view after,
                                             size_t limit) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return {};
  const std::shared_lock lock(tenant->mutex);
  const auto members = tenant->groups.ListMembers(group, after, limit);
  return {members.begin(), members.end()};
}

absl::StatusOr<std::vector<storage::FolderRecord>> Corpus::ListFolders(std::string_view tenant_id,
                                                                       std::string_view collection_name,
                                                                       std::string_view after, size_t limit) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchCollection(collection_name);
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, collection_name);
  if (collection == nullptr) return NoSuchCollection(collection_name);
  std::vector<storage::FolderRecord> result;
  for (auto it = collection->folders.upper_bound(after); it != collection->folders.end() && result.size() < limit;
       ++it) {
    result.push_back(it->second);
  }
  return result;
}

std::vector<storage::ClearanceRecord> Corpus::ListClearances(std::string_view tenant_id, std::string_view after,
                                                             size_t limit) const {
  std::vector<storage::ClearanceRecord> result;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return result;
  const std::shared_lock lock(tenant->mutex);
  const auto& entries = tenant->clearances.entries();
  for (auto it = entries.upper_bound(after); it != entries.end() && result.size() < limit; ++it) {
    result.push_back({it->first, it->second, tenant->revision});
  }
  return result;
}

absl::StatusOr<NodePolicy> Corpus::GetPolicy(std::string_view tenant_id, const NodeName& name) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchNode(name);
  NodePolicy result;
  absl::Status status = impl_->ReadNodes(*tenant, {name}, [&](const std::vector<StoredNode>& nodes) {
    const StoredNode& node = nodes.front();
    if (!node.exists) return NoSuchNode(name);
    result.policy = node.OwnPolicy(name);
    result.revision = node.document ? node.document->revision : node.collection->record.policy_revision;
    result.source = node.SourceOf(name);
    if (!name.folder.empty()) {
      const auto folder = node.collection->folders.find(name.folder);
      result.revision = folder == node.collection->folders.end() ? acl::Revision() : folder->second.policy_revision;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

storage::TenantSettingsRecord Corpus::GetSettings(std::string_view tenant_id) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return {};
  const std::shared_lock lock(tenant->mutex);
  return tenant->settings;
}

IndexFileCounts Corpus::IndexFileStatistics() const { return impl_->index_files.counts(); }

TenantStatistics Corpus::Statistics(std::string_view tenant_id) const {
  TenantStatistics total;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return total;
  const std::shared_lock lock(tenant->mutex);
  total.groups = tenant->groups.group_count();
  for (const auto& [name, collection] : tenant->collections) {
    total.collections += 1;
    total.documents += collection->documents.size();
    total.chunks += collection->chunk_count;
    total.classes += collection->classes.live_class_count();
  }
  return total;
}

}  // namespace usher::corpus
