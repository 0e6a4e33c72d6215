#include <mutex>
#include <shared_mutex>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

CollectionInfo Describe(const Collection& collection) {
  return {collection.record, collection.document_count, collection.chunk_count, collection.classes.live_class_count()};
}

}  // namespace

std::shared_ptr<const acl::Entitlement> Corpus::Impl::Entitle(const Tenant& tenant, Collection& collection,
                                                              std::string_view principal) const {
  const absl::Time now = clock->Now();
  const uint64_t groups_epoch = tenant.groups.epoch();
  const uint64_t classes_epoch = collection.classes.epoch();
  if (auto known = collection.entitlements.Find(principal, groups_epoch, classes_epoch, now)) return known;
  auto made =
      std::make_shared<const acl::Entitlement>(collection.classes.Resolve(tenant.groups.Closure(principal), now));
  collection.entitlements.Put(principal, groups_epoch, classes_epoch, now, made);
  return made;
}

absl::StatusOr<View> Corpus::Resolve(std::string_view tenant_id, std::string_view name,
                                     std::string_view principal) const {
  // One answer for both, so that nobody learns which collections exist.
  const absl::Status nothing =
      absl::NotFoundError(absl::StrCat("collection '", acl::ToAbsl(name), "' does not exist or holds nothing that ",
                                       acl::ToAbsl(principal), " may read"));
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return nothing;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  if (collection == nullptr) return nothing;
  View view;
  view.entitlement = impl_->Entitle(*tenant, *collection, principal);
  view.authorized_chunks = collection->classes.CountChunks(*view.entitlement);
  if (view.authorized_chunks == 0) return nothing;
  view.revision = revision();
  view.tenant_revision = tenant->revision;
  view.collection_id = collection->record.id;
  view.embedding_model = collection->record.embedding_model;
  view.dimension = collection->record.dimension;
  view.snapshot = collection->vectors.Snapshot();
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
  read(CurrentRules{revision(), tenant->revision, tenant->groups, same ? &collection->record.policy : nullptr});
}

std::vector<bool> Corpus::Entitled(std::string_view tenant_id, std::string_view name, acl::CollectionId id,
                                   const acl::Entitlement& entitlement,
                                   absl::Span<const acl::Policy* const> policies) const {
  std::vector<bool> entitled(policies.size(), false);
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return entitled;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, name);
  if (collection == nullptr || collection->record.id != id) return entitled;
  for (size_t i = 0; i < policies.size(); ++i) {
    const std::optional<acl::ClassId> class_id = collection->classes.Find(*policies[i]);
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

// Calls `read` with collection and document as of one revision: the store may show a document of a write that is not in
// force yet, and its rules must not be read together with the older ones of the collection.
absl::Status Corpus::Impl::ReadNode(const Tenant& tenant, const NodeName& node, const NodeReader& read) const {
  for (;;) {
    {
      const std::shared_lock lock(tenant.mutex);
      const std::shared_ptr<Collection> collection = FindCollection(tenant, node.collection);
      if (collection == nullptr) return NoSuchCollection(node.collection);
      if (node.document.empty()) {
        read(*collection, nullptr);
        return absl::OkStatus();
      }
      const auto document = store->GetDocument(collection->record.id, node.document);
      if (!document.ok()) return document.status();
      if (!document->has_value()) return NoSuchDocument({node.collection, node.document});
      if ((*document)->revision <= tenant.revision) {
        read(*collection, &**document);
        return absl::OkStatus();
      }
    }
    if (absl::Status status = AwaitStore(absl::InfiniteFuture()); !status.ok()) return status;
  }
}

absl::StatusOr<bool> Corpus::Check(std::string_view tenant_id, std::string_view principal, const NodeName& node) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return false;
  bool allowed = false;
  const absl::Status status =
      impl_->ReadNode(*tenant, node, [&](const Collection& collection, const storage::DocumentRecord* document) {
        const acl::Checker checker(tenant->groups, principal, impl_->clock->Now());
        std::vector<const acl::Policy*> chain{&collection.record.policy};
        if (document != nullptr) chain.push_back(&document->policy);
        allowed = checker.MayRead(chain);
      });
  if (!status.ok() && !absl::IsNotFound(status)) return status;
  return allowed;
}

absl::StatusOr<acl::Explanation> Corpus::Explain(std::string_view tenant_id, std::string_view principal,
                                                 const NodeName& node) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchCollection(node.collection);
  acl::Explanation explanation;
  const absl::Status status =
      impl_->ReadNode(*tenant, node, [&](const Collection& collection, const storage::DocumentRecord* document) {
        const std::string collection_name = FormatCollectionName(node.collection);
        const std::string document_name = FormatDocumentName(node.collection, node.document);
        std::vector<acl::ChainNode> chain{{collection_name, &collection.record.policy}};
        if (document != nullptr) chain.push_back({document_name, &document->policy});
        explanation = acl::Explain(tenant->groups, principal, chain, impl_->clock->Now());
      });
  if (!status.ok()) return status;
  return explanation;
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

absl::StatusOr<NodePolicy> Corpus::GetPolicy(std::string_view tenant, const NodeName& node) const {
  if (node.document.empty()) {
    auto collection = GetCollection(tenant, node.collection);
    if (!collection.ok()) return collection.status();
    return NodePolicy{std::move(collection->record.policy), collection->record.policy_revision};
  }
  auto document = GetDocument(tenant, {node.collection, node.document});
  if (!document.ok()) return document.status();
  return NodePolicy{std::move(document->policy), document->revision};
}

TenantStatistics Corpus::Statistics(std::string_view tenant_id) const {
  TenantStatistics total;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return total;
  const std::shared_lock lock(tenant->mutex);
  total.groups = tenant->groups.group_count();
  for (const auto& [name, collection] : tenant->collections) {
    total.collections += 1;
    total.documents += collection->document_count;
    total.chunks += collection->chunk_count;
    total.classes += collection->classes.live_class_count();
  }
  return total;
}

}  // namespace usher::corpus
