// Adding and replacing documents.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/document_fields.h"
#include "index/fields/field_census.h"
#include "index/status_field.h"

namespace usher::corpus {
namespace {

constexpr uint64_t kMaxDocumentsPerWrite = 1'000;

// Unique because a revision is, and a write has fewer documents than the factor.
acl::DocumentVersion VersionOf(acl::Revision revision, size_t position) {
  static_assert(kMaxDocumentsPerWrite < 1'024);
  return acl::DocumentVersion(revision.value() * 1'024 + position);
}

struct Addition {
  storage::DocumentRecord document;
  fields::VersionFields fields;
  std::vector<float> vectors;

  void Apply(Collection& collection) const {
    const DocumentClasses classes = collection.Classify(document.id, document.policy, document.chunk_policies);
    collection.Enter(document, classes);
    if (document.chunk_count > 0) {
      collection.vectors.Insert(document.version, PiecesOf(classes, document.chunk_count), vectors, fields);
    }
  }
};

storage::DocumentRecord MakeRecord(const PreparedDocument& document, acl::DocumentVersion version,
                                   acl::Revision revision, absl::Time now) {
  storage::DocumentRecord record;
  record.id = document.id;
  record.version = version;
  record.title = document.title;
  record.source_uri = document.source_uri;
  record.metadata_json = document.metadata_json;
  record.chunk_count = static_cast<uint32_t>(document.chunks.size());
  record.revision = revision;
  record.update_time = now;
  record.chunk_metadata = std::any_of(document.chunks.begin(), document.chunks.end(),
                                      [](const auto& chunk) { return !chunk.metadata_json.empty(); });
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
    if (!document.chunk_policies) continue;
    for (const auto& [number, policy] : *document.chunk_policies) {
      if (number < document.chunks.size()) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("document '", document.id, "' has no chunk ", number, " to give rules to"));
    }
  }
  return absl::OkStatus();
}

// The status with which of the documents it is about.
absl::Status InDocument(const absl::Status& status, size_t i) {
  return absl::Status(status.code(), absl::StrCat("documents[", i, "]: ", status.message()));
}

// An upsert as it is prepared: what changes on disk, in memory and in the feed.
class Upsert {
 public:
  Upsert(const Corpus::Impl& impl, const WriteContext& context, const Tenant& tenant,
         std::shared_ptr<Collection> collection, acl::Revision revision)
      : impl_(impl), context_(context), tenant_(tenant), collection_(std::move(collection)), revision_(revision) {}

  absl::Status Add(PreparedDocument document, fields::VersionFields fields, size_t position,
                   std::optional<storage::DocumentRecord> old);
  // INVALID_ARGUMENT where the collection would have too many fields.
  absl::StatusOr<PreparedWrite> Finish() &&;

 private:
  absl::Status ChooseRules(const PreparedDocument& document, const NodeName& name,
                           const std::optional<storage::DocumentRecord>& old, storage::DocumentRecord& record) const;

  const Corpus::Impl& impl_;
  const WriteContext& context_;
  const Tenant& tenant_;
  std::shared_ptr<Collection> collection_;
  acl::Revision revision_;
  PreparedWrite write_;
  std::vector<Removal> removals_;
  std::vector<Addition> additions_;
  fields::CensusChange fields_;
};

absl::Status Upsert::ChooseRules(const PreparedDocument& document, const NodeName& name,
                                 const std::optional<storage::DocumentRecord>& old,
                                 storage::DocumentRecord& record) const {
  static const acl::Policy& none = *new acl::Policy();
  PolicyChain above = collection_->FolderPolicies(FolderOf(name.document));
  if (old) {
    record.policy = old->policy;
    record.policy_source = old->policy_source;
  }
  if (document.policy) {
    absl::StatusOr<acl::Policy> policy =
        impl_.AdmitPolicy(tenant_, context_, *document.policy, old ? old->policy : none, above);
    if (!policy.ok()) return policy.status();
    record.policy = *std::move(policy);
    record.policy_source.clear();
  }
  const bool lost = old && !old->chunk_policies.empty() && !document.chunk_policies && !document.discard_chunk_policies;
  if (lost) {
    return absl::FailedPreconditionError(
        absl::StrCat("chunk ", old->chunk_policies.front().first, " of '", FormatNodeName(name),
                     "' has rules of its own, written for the content that this would replace; send rules with the "
                     "new chunks, or set discard_chunk_policies"));
  }
  above.push_back(&record.policy);
  for (const auto& [number, wanted] : document.chunk_policies.value_or(decltype(record.chunk_policies)())) {
    absl::StatusOr<acl::Policy> policy = impl_.AdmitPolicy(tenant_, context_, wanted, none, above);
    if (!policy.ok()) return policy.status();
    if (!policy->empty()) record.chunk_policies.emplace_back(number, *std::move(policy));
  }
  return absl::OkStatus();
}

absl::Status Upsert::Add(PreparedDocument document, fields::VersionFields fields, size_t position,
                         std::optional<storage::DocumentRecord> old) {
  const acl::CollectionId id = collection_->record.id;
  const NodeName name{collection_->record.name, document.id, "", std::nullopt};
  if (context_.owner) {
    const PolicyChain chain =
        old ? collection_->DocumentPolicies(*old) : collection_->FolderPolicies(FolderOf(document.id));
    if (!impl_.MayManage(tenant_, context_, chain)) return NotManaged(name);
  }
  storage::DocumentRecord record = MakeRecord(document, VersionOf(revision_, position), revision_, impl_.clock->Now());
  if (absl::Status status = ChooseRules(document, name, old, record); !status.ok()) return status;
  const std::string full_name = FormatNodeName(name);
  if (!old) write_.changes.push_back(Created(full_name));
  if (old ? old->policy != record.policy : !record.policy.empty()) {
    write_.changes.push_back(PolicyOf(full_name, record.policy));
  }
  for (const auto& [number, policy] : record.chunk_policies) {
    write_.changes.push_back(PolicyOf(FormatChunkName(name.collection, name.document, number), policy));
  }
  write_.batch.PutDocument(id, record);
  PutChunks(write_.batch, id, record.version, collection_->record.dimension, document);
  CountFields(fields, 1, fields_);
  if (old) {
    absl::Status status = CountStoredFields(*impl_.store, *collection_, *old, -1, fields_);
    if (!status.ok()) return status;
    write_.batch.DeleteChunks(id, old->version);
    removals_.push_back({*std::move(old)});
  }
  additions_.push_back({std::move(record), std::move(fields), std::move(document.vectors)});
  return absl::OkStatus();
}

absl::StatusOr<PreparedWrite> Upsert::Finish() && {
  if (const size_t size = collection_->field_census.SizeAfter(fields_); size > fields::kMaxFields) {
    return AtField(absl::InvalidArgumentError(absl::StrCat(
                       "the metadata of the collection would have ", size, " different fields; at most ",
                       fields::kMaxFields, " are allowed: keep what varies in values, not in names of fields")),
                   "documents");
  }
  write_.apply = [collection = collection_, removals = std::move(removals_), additions = std::move(additions_),
                  fields = std::move(fields_)] {
    for (const Removal& removal : removals) removal.Apply(*collection);
    for (const Addition& addition : additions) addition.Apply(*collection);
    collection->field_census.Apply(fields);
  };
  return std::move(write_);
}

// Those of each document. Errors as MakeFields, with the place in the request.
absl::StatusOr<std::vector<fields::VersionFields>> FieldsOfAll(const std::vector<PreparedDocument>& documents,
                                                               const fields::Schema& schema) {
  std::vector<fields::VersionFields> all;
  for (size_t i = 0; i < documents.size(); ++i) {
    auto fields = MakeFields(documents[i].metadata_json, documents[i].chunks, schema);
    if (!fields.ok()) {
      const absl::Cord field = fields.status().GetPayload(kFieldDetail).value_or(absl::Cord("metadata"));
      return AtField(fields.status(), absl::StrCat("documents[", i, "].", std::string(field)));
    }
    all.push_back(*std::move(fields));
  }
  return all;
}

}  // namespace

absl::StatusOr<WriteResult> Corpus::UpsertDocuments(const WriteContext& context, std::string_view collection_name,
                                                    acl::CollectionId collection_id,
                                                    std::vector<PreparedDocument> documents,
                                                    const std::string& response) {
  // Worked out before other writers are kept waiting; a collection's schema never changes.
  const absl::StatusOr<CollectionInfo> info = GetCollection(context.tenant, collection_name);
  const bool known = info.ok() && info->record.id == collection_id;
  auto fields = FieldsOfAll(documents, known ? info->record.fields : fields::Schema());
  if (!fields.ok()) return fields.status();
  const auto prepare = [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, collection_name);
    if (collection == nullptr || collection->record.id != collection_id) {
      if (!context.owner || documents.empty()) return NoSuchCollection(collection_name);
      return InDocument(NotManaged({std::string(collection_name), documents.front().id, "", std::nullopt}), 0);
    }
    if (absl::Status status = CheckPrepared(documents, collection->record.dimension); !status.ok()) return status;
    std::vector<std::string> ids;
    for (const PreparedDocument& document : documents) ids.push_back(document.id);
    auto existing = impl_->store->GetDocuments(collection_id, ids);
    if (!existing.ok()) return existing.status();
    Upsert upsert(*impl_, context, tenant, collection, revision);
    for (size_t i = 0; i < documents.size(); ++i) {
      absl::Status status = upsert.Add(std::move(documents[i]), std::move((*fields)[i]), i, std::move((*existing)[i]));
      if (!status.ok()) return InDocument(status, i);
    }
    return std::move(upsert).Finish();
  };
  return impl_->Write(context, response, prepare, Haste::kBulk);
}

}  // namespace usher::corpus
