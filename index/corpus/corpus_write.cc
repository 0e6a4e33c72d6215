// Writes of collections and documents.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/document_fields.h"

namespace usher::corpus {

storage::AccessChange Created(const std::string& name) {
  return {static_cast<uint8_t>(ChangeKind::kCreated), name, "", std::nullopt, std::nullopt};
}

storage::AccessChange Deleted(const std::string& name) {
  return {static_cast<uint8_t>(ChangeKind::kDeleted), name, "", std::nullopt, std::nullopt};
}

storage::AccessChange PolicyOf(const std::string& name, const acl::Policy& policy) {
  return {static_cast<uint8_t>(ChangeKind::kPolicySet), name, "", policy.empty() ? std::nullopt : std::optional(policy),
          std::nullopt};
}

void Removal::Apply(Collection& collection) const {
  collection.vectors.Remove(document.version);
  collection.Leave(document);
}

absl::StatusOr<WriteResult> Corpus::CreateCollection(const WriteContext& context, storage::CollectionRecord record,
                                                     const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    if (Impl::FindCollection(tenant, record.name) != nullptr) {
      return absl::AlreadyExistsError(absl::StrCat("the collection '", record.name, "' exists already"));
    }
    absl::StatusOr<acl::Policy> policy = impl_->AdmitPolicy(tenant, context, record.policy, acl::Policy(), {});
    if (!policy.ok()) return policy.status();
    record.policy = *std::move(policy);
    record.id = acl::CollectionId(revision.value());
    record.create_time = impl_->clock->Now();
    record.policy_revision = revision;
    PreparedWrite write;
    write.batch.PutCollection(context.tenant, record);
    const std::string full_name = FormatCollectionName(record.name);
    write.changes.push_back(Created(full_name));
    if (!record.policy.empty()) write.changes.push_back(PolicyOf(full_name, record.policy));
    write.apply = [this, &tenant, record = std::move(record)]() mutable {
      std::string name = record.name;
      tenant.collections[std::move(name)] = impl_->MakeCollection(tenant, std::move(record));
      tenant.RefreshOpenUntil();
    };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::DeleteCollection(const WriteContext& context, std::string_view name,
                                                     const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, name);
    if (collection == nullptr) return NoSuchCollection(name);
    PreparedWrite write;
    write.batch.DeleteCollection(context.tenant, name, collection->record.id);
    write.changes.push_back(Deleted(FormatCollectionName(name)));
    write.apply = [this, &tenant, name, id = collection->record.id] {
      tenant.collections.erase(tenant.collections.find(name));
      const std::unique_lock lock(impl_->maintenance_mutex);
      impl_->deleted_collections.push_back(id);
    };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::DeleteDocuments(const WriteContext& context, std::string_view collection_name,
                                                    const std::vector<std::string>& ids, const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, collection_name);
    // To an owner a collection that does not exist is as one in which it manages nothing.
    if (collection == nullptr && context.owner) return PreparedWrite();
    if (collection == nullptr) return NoSuchCollection(collection_name);
    const acl::CollectionId id = collection->record.id;
    auto existing = impl_->store->GetDocuments(id, ids);
    if (!existing.ok()) return existing.status();
    PreparedWrite write;
    std::vector<Removal> removals;
    fields::CensusChange fields;
    for (size_t i = 0; i < ids.size(); ++i) {
      std::optional<storage::DocumentRecord>& old = (*existing)[i];
      // What an owner does not manage is to it as what does not exist, which is no error here.
      const bool hidden = old && !impl_->MayManage(tenant, context, collection->DocumentPolicies(*old));
      if (!old || hidden) continue;
      absl::Status status = CountStoredFields(*impl_->store, *collection, *old, -1, fields);
      if (!status.ok()) return status;
      write.batch.DeleteDocument(id, old->id);
      write.batch.DeleteChunks(id, old->version);
      write.changes.push_back(Deleted(FormatDocumentName(collection_name, old->id)));
      removals.push_back({*std::move(old)});
    }
    write.apply = [collection, removals = std::move(removals), fields = std::move(fields)] {
      for (const Removal& removal : removals) removal.Apply(*collection);
      collection->field_census.Apply(fields);
    };
    return write;
  });
}

}  // namespace usher::corpus
