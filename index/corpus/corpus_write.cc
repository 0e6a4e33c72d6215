// Writes of collections and documents.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

constexpr uint64_t kMaxDocumentsPerWrite = 1'000;

// Unique because a revision is, and a write has fewer documents than the factor.
acl::DocumentVersion VersionOf(acl::Revision revision, size_t position) {
  static_assert(kMaxDocumentsPerWrite < 1'024);
  return acl::DocumentVersion(revision.value() * 1'024 + position);
}

// Takes a document out of the store and, when applied, out of memory.
struct Removal {
  acl::DocumentVersion version;
  acl::Policy policy;
  uint32_t chunk_count = 0;

  void Apply(Collection& collection) const {
    collection.vectors.Remove(version);
    collection.classes.AddChunks(collection.classes.Intern(policy), -static_cast<int64_t>(chunk_count));
    collection.document_count -= 1;
    collection.chunk_count -= chunk_count;
  }
};

struct Addition {
  acl::DocumentVersion version;
  acl::Policy policy;
  uint32_t chunk_count = 0;
  std::vector<float> vectors;

  void Apply(Collection& collection) const {
    const acl::ClassId class_id = collection.classes.Intern(policy);
    collection.classes.AddChunks(class_id, chunk_count);
    if (chunk_count > 0) collection.vectors.Insert(version, class_id, vectors);
    collection.document_count += 1;
    collection.chunk_count += chunk_count;
  }
};

storage::DocumentRecord MakeRecord(const PreparedDocument& document, acl::DocumentVersion version,
                                   const acl::Policy& policy, acl::Revision revision, absl::Time now) {
  storage::DocumentRecord record;
  record.id = document.id;
  record.version = version;
  record.title = document.title;
  record.source_uri = document.source_uri;
  record.metadata_json = document.metadata_json;
  record.policy = policy;
  record.chunk_count = static_cast<uint32_t>(document.chunks.size());
  record.revision = revision;
  record.update_time = now;
  return record;
}

void PutChunks(storage::Batch& batch, acl::CollectionId collection, acl::DocumentVersion version, int dimension,
               const PreparedDocument& document) {
  const auto width = static_cast<size_t>(dimension);
  for (size_t i = 0; i < document.chunks.size(); ++i) {
    batch.PutChunk(collection, {version, static_cast<uint32_t>(i)}, document.chunks[i],
                   absl::MakeConstSpan(document.vectors).subspan(i * width, width));
  }
}

absl::Status CheckPrepared(const std::vector<PreparedDocument>& documents, int dimension) {
  if (documents.size() > kMaxDocumentsPerWrite) {
    return absl::InvalidArgumentError(absl::StrCat("a write takes at most ", kMaxDocumentsPerWrite, " documents"));
  }
  for (const PreparedDocument& document : documents) {
    if (document.vectors.size() != document.chunks.size() * static_cast<size_t>(dimension)) {
      return absl::InvalidArgumentError(
          absl::StrCat("document '", document.id, "' must have one vector of ", dimension, " floats for each chunk"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<WriteResult> Corpus::CreateCollection(const WriteContext& context, storage::CollectionRecord record,
                                                     const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    if (Impl::FindCollection(tenant, record.name) != nullptr) {
      return absl::AlreadyExistsError(absl::StrCat("the collection '", record.name, "' exists already"));
    }
    record.id = acl::CollectionId(revision.value());
    record.create_time = impl_->clock->Now();
    record.policy_revision = revision;
    PreparedWrite write;
    write.batch.PutCollection(context.tenant, record);
    write.apply = [this, &tenant, record = std::move(record)]() mutable {
      std::string name = record.name;
      tenant.collections[std::move(name)] = std::make_shared<Collection>(
          &tenant.subjects, std::move(record), impl_->options.index, impl_->options.entitlement_cache_entries);
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
    write.apply = [&tenant, name] { tenant.collections.erase(tenant.collections.find(name)); };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::UpsertDocuments(const WriteContext& context, std::string_view collection_name,
                                                    acl::CollectionId collection_id,
                                                    std::vector<PreparedDocument> documents,
                                                    const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, collection_name);
    if (collection == nullptr || collection->record.id != collection_id) return NoSuchCollection(collection_name);
    const int dimension = collection->record.dimension;
    if (absl::Status status = CheckPrepared(documents, dimension); !status.ok()) return status;
    std::vector<std::string> ids;
    for (const PreparedDocument& document : documents) ids.push_back(document.id);
    auto existing = impl_->store->GetDocuments(collection_id, ids);
    if (!existing.ok()) return existing.status();

    PreparedWrite write;
    std::vector<Removal> removals;
    std::vector<Addition> additions;
    for (size_t i = 0; i < documents.size(); ++i) {
      PreparedDocument& document = documents[i];
      const std::optional<storage::DocumentRecord>& old = (*existing)[i];
      const acl::DocumentVersion version = VersionOf(revision, i);
      const acl::Policy policy = document.policy ? *document.policy : old ? old->policy : acl::Policy{};
      if (old) {
        removals.push_back({old->version, old->policy, old->chunk_count});
        write.batch.DeleteChunks(collection_id, old->version);
      }
      write.batch.PutDocument(collection_id, MakeRecord(document, version, policy, revision, impl_->clock->Now()));
      PutChunks(write.batch, collection_id, version, dimension, document);
      additions.push_back(
          {version, policy, static_cast<uint32_t>(document.chunks.size()), std::move(document.vectors)});
    }
    write.apply = [collection, removals = std::move(removals), additions = std::move(additions)] {
      for (const Removal& removal : removals) removal.Apply(*collection);
      for (const Addition& addition : additions) addition.Apply(*collection);
    };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::DeleteDocuments(const WriteContext& context, std::string_view collection_name,
                                                    const std::vector<std::string>& ids, const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, collection_name);
    if (collection == nullptr) return NoSuchCollection(collection_name);
    const acl::CollectionId id = collection->record.id;
    auto existing = impl_->store->GetDocuments(id, ids);
    if (!existing.ok()) return existing.status();
    PreparedWrite write;
    std::vector<Removal> removals;
    for (const std::optional<storage::DocumentRecord>& old : *existing) {
      if (!old) continue;
      removals.push_back({old->version, old->policy, old->chunk_count});
      write.batch.DeleteDocument(id, old->id);
      write.batch.DeleteChunks(id, old->version);
    }
    write.apply = [collection, removals = std::move(removals)] {
      for (const Removal& removal : removals) removal.Apply(*collection);
    };
    return write;
  });
}

}  // namespace usher::corpus
