#include "index/corpus/document_fields.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/fields/metadata.h"
#include "index/status_field.h"

namespace usher::corpus {
namespace {

// A chunk's text may be 64 KiB long.
constexpr uint32_t kChunksReadAtOnce = 256;

absl::StatusOr<fields::FieldSetPtr> SetOf(const std::string& json, const fields::Schema& schema) {
  absl::StatusOr<fields::FieldSet> set = fields::FieldsOf(json, schema);
  if (!set.ok()) return set.status();
  return set->empty() ? nullptr : std::make_shared<const fields::FieldSet>(*std::move(set));
}

// The status with the way to the metadata before the field that it names.
absl::Status Below(const absl::Status& status, const std::string& metadata) {
  const auto field = status.GetPayload(kFieldDetail);
  return AtField(status, field ? absl::StrCat(metadata, ".", std::string(*field)) : metadata);
}

absl::Status AddOwn(const std::string& metadata_json, const std::string& own_json, uint32_t number,
                    const fields::Schema& schema, fields::VersionFields& fields) {
  if (own_json.empty()) return absl::OkStatus();
  absl::StatusOr<std::string> joined = fields::JoinMetadata(metadata_json, own_json);
  absl::StatusOr<fields::FieldSetPtr> set = joined.ok() ? SetOf(*joined, schema) : joined.status();
  if (!set.ok()) return Below(set.status(), absl::StrCat("chunks.chunks[", number, "].metadata"));
  fields.own.emplace_back(number, *std::move(set));
  return absl::OkStatus();
}

absl::Status Damaged(const storage::DocumentRecord& document, const std::string& why) {
  return absl::DataLossError(absl::StrCat("the metadata of document '", document.id, "' is damaged: ", why,
                                          "; restore the data folder from a backup"));
}

absl::Status LoadOwn(const storage::Store& store, acl::CollectionId collection, const storage::DocumentRecord& document,
                     const fields::Schema& schema, fields::VersionFields& fields) {
  for (uint32_t first = 0; first < document.chunk_count; first += kChunksReadAtOnce) {
    std::vector<storage::ChunkKey> keys;
    const uint32_t end = std::min(first + kChunksReadAtOnce, document.chunk_count);
    for (uint32_t number = first; number < end; ++number) keys.push_back({document.version, number});
    const auto chunks = store.GetChunks(collection, keys);
    if (!chunks.ok()) return chunks.status();
    for (uint32_t number = first; number < end; ++number) {
      const std::optional<storage::ChunkRecord>& chunk = (*chunks)[number - first];
      if (!chunk) return Damaged(document, absl::StrCat("chunk ", number, " is missing"));
      absl::Status status = AddOwn(document.metadata_json, chunk->metadata_json, number, schema, fields);
      if (!status.ok()) return Damaged(document, std::string(status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<fields::VersionFields> MakeFields(const std::string& metadata_json,
                                                 absl::Span<const storage::ChunkRecord> chunks,
                                                 const fields::Schema& schema) {
  fields::VersionFields fields;
  absl::StatusOr<fields::FieldSetPtr> shared = SetOf(metadata_json, schema);
  if (!shared.ok()) return Below(shared.status(), "metadata");
  fields.shared = *std::move(shared);
  for (uint32_t number = 0; number < chunks.size(); ++number) {
    absl::Status status = AddOwn(metadata_json, chunks[number].metadata_json, number, schema, fields);
    if (!status.ok()) return status;
  }
  return fields;
}

absl::StatusOr<fields::VersionFields> LoadFields(const storage::Store& store, acl::CollectionId collection,
                                                 const storage::DocumentRecord& document,
                                                 const fields::Schema& schema) {
  fields::VersionFields fields;
  absl::StatusOr<fields::FieldSetPtr> shared = SetOf(document.metadata_json, schema);
  if (!shared.ok()) return Damaged(document, std::string(shared.status().message()));
  fields.shared = *std::move(shared);
  if (!document.chunk_metadata) return fields;
  if (absl::Status status = LoadOwn(store, collection, document, schema, fields); !status.ok()) return status;
  return fields;
}

void CountFields(const fields::VersionFields& fields, int64_t delta, fields::CensusChange& change) {
  for (std::string& name : fields::NamesOf(fields)) change[std::move(name)] += delta;
}

absl::Status CountStoredFields(const storage::Store& store, const Collection& collection,
                               const storage::DocumentRecord& document, int64_t delta, fields::CensusChange& change) {
  const auto fields = LoadFields(store, collection.record.id, document, *collection.schema);
  if (!fields.ok()) return fields.status();
  CountFields(*fields, delta, change);
  return absl::OkStatus();
}

}  // namespace usher::corpus
