// Collections, documents, memberships, API keys and requests; text_codec.cc has chunks and vectors, access_codec.cc and
// sync_codec.cc the rest of the access model.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/storage/codec.h"
#include "index/storage/flatbuffer_parts.h"

namespace usher::storage {
namespace {

using ChunkPolicyVector = flatbuffers::Vector<flatbuffers::Offset<fb::ChunkPolicy>>;

// None are left out.
flatbuffers::Offset<ChunkPolicyVector> EncodeChunkPolicies(flatbuffers::FlatBufferBuilder& builder,
                                                           const DocumentRecord& record) {
  if (record.chunk_policies.empty()) return 0;
  std::vector<flatbuffers::Offset<fb::ChunkPolicy>> offsets;
  offsets.reserve(record.chunk_policies.size());
  for (const auto& [number, policy] : record.chunk_policies) {
    const auto encoded = EncodePolicy(builder, policy);
    offsets.push_back(fb::CreateChunkPolicy(builder, number, encoded));
  }
  return builder.CreateVector(offsets);
}

absl::StatusOr<std::vector<std::pair<uint32_t, acl::Policy>>> DecodeChunkPolicies(const ChunkPolicyVector* stored) {
  std::vector<std::pair<uint32_t, acl::Policy>> policies;
  if (stored == nullptr) return policies;
  if (stored->size() == 0) return absl::InvalidArgumentError("none, where they should have been left out");
  policies.reserve(stored->size());
  for (const fb::ChunkPolicy* chunk : *stored) {
    if (!policies.empty() && chunk->number() <= policies.back().first) {
      return absl::InvalidArgumentError(absl::StrCat("chunk ", chunk->number(), " is out of order"));
    }
    absl::StatusOr<acl::Policy> policy = DecodePolicy(*chunk->policy());
    if (!policy.ok()) return policy.status();
    if (policy->empty()) return absl::InvalidArgumentError(absl::StrCat("chunk ", chunk->number(), " has no rules"));
    policies.emplace_back(chunk->number(), *std::move(policy));
  }
  return policies;
}

using FieldVector = flatbuffers::Vector<flatbuffers::Offset<fb::FieldDeclaration>>;

// None are left out.
flatbuffers::Offset<FieldVector> EncodeFields(flatbuffers::FlatBufferBuilder& builder, const fields::Schema& schema) {
  if (schema.empty()) return 0;
  std::vector<flatbuffers::Offset<fb::FieldDeclaration>> offsets;
  offsets.reserve(schema.size());
  for (const fields::Declaration& declaration : schema) {
    const auto field = EncodeString(builder, declaration.field);
    offsets.push_back(fb::CreateFieldDeclaration(builder, field, static_cast<fb::FieldType>(declaration.type)));
  }
  return builder.CreateVector(offsets);
}

absl::StatusOr<fields::Schema> DecodeFields(const FieldVector* stored) {
  fields::Schema schema;
  if (stored == nullptr) return schema;
  for (const fb::FieldDeclaration* declaration : *stored) {
    std::string field = declaration->field()->str();
    if (declaration->type() < fb::FieldType::Text || declaration->type() > fb::FieldType::Time) {
      return absl::InvalidArgumentError(absl::StrCat("'", field, "' is of an unknown type"));
    }
    if (fields::TypeOf(schema, field)) return absl::InvalidArgumentError(absl::StrCat("'", field, "' is there twice"));
    schema.push_back({std::move(field), static_cast<fields::Type>(declaration->type())});
  }
  return schema;
}

absl::StatusOr<TrustTier> DecodeTrustTier(uint8_t tier) {
  if (tier <= static_cast<uint8_t>(TrustTier::kReviewed)) return static_cast<TrustTier>(tier);
  return absl::InvalidArgumentError(absl::StrCat("unknown tier ", static_cast<int>(tier)));
}

}  // namespace

std::string EncodeCollection(std::string_view key, const CollectionRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto name = EncodeString(builder, record.name);
  const auto model = EncodeString(builder, record.embedding_model);
  const auto policy = EncodePolicy(builder, record.policy);
  const auto policy_source = EncodeOptional(builder, record.policy_source);
  const auto fields = EncodeFields(builder, record.fields);
  const fb::Time create_time = EncodeTime(record.create_time);
  return Finish(Column::kAcl, key, builder,
                fb::CreateCollection(builder, record.id.value(), name, record.dimension, model,
                                     record.chunk_target_bytes, record.chunk_max_bytes, record.chunk_overlap_bytes,
                                     &create_time, policy, record.policy_revision.value(), policy_source, fields,
                                     record.strict_search, static_cast<uint8_t>(record.trust_tier)));
}

absl::StatusOr<CollectionRecord> DecodeCollection(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Collection>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Collection& table = **stored;
  auto policy = Checked(Column::kAcl, key, "policy", DecodePolicy(*table.policy()));
  if (!policy.ok()) return policy.status();
  auto create_time = Checked(Column::kAcl, key, "create_time", DecodeTime(*table.create_time()));
  if (!create_time.ok()) return create_time.status();
  auto fields = Checked(Column::kAcl, key, "fields", DecodeFields(table.fields()));
  if (!fields.ok()) return fields.status();
  auto trust_tier = Checked(Column::kAcl, key, "trust_tier", DecodeTrustTier(table.trust_tier()));
  if (!trust_tier.ok()) return trust_tier.status();
  return CollectionRecord{.id = acl::CollectionId(table.id()),
                          .name = table.name()->str(),
                          .dimension = table.dimension(),
                          .embedding_model = table.embedding_model()->str(),
                          .chunk_target_bytes = table.chunk_target_bytes(),
                          .chunk_max_bytes = table.chunk_max_bytes(),
                          .chunk_overlap_bytes = table.chunk_overlap_bytes(),
                          .create_time = *create_time,
                          .policy = *std::move(policy),
                          .policy_revision = acl::Revision(table.policy_revision()),
                          .policy_source = DecodeOptional(table.policy_source()),
                          .fields = *std::move(fields),
                          .strict_search = table.strict_search(),
                          .trust_tier = *trust_tier};
}

std::string EncodeDocument(std::string_view key, const DocumentRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto id = EncodeString(builder, record.id);
  const auto title = EncodeString(builder, record.title);
  const auto source_uri = EncodeString(builder, record.source_uri);
  const auto metadata = EncodeString(builder, record.metadata_json);
  const auto policy = EncodePolicy(builder, record.policy);
  const auto chunk_policies = EncodeChunkPolicies(builder, record);
  const auto policy_source = EncodeOptional(builder, record.policy_source);
  const fb::Time update_time = EncodeTime(record.update_time);
  return Finish(
      Column::kDocuments, key, builder,
      fb::CreateDocument(builder, id, record.version.value(), title, source_uri, metadata, policy, record.chunk_count,
                         record.revision.value(), &update_time, chunk_policies, policy_source, record.chunk_metadata));
}

absl::StatusOr<DocumentRecord> DecodeDocument(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Document>::Of(Column::kDocuments, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Document& table = **stored;
  auto policy = Checked(Column::kDocuments, key, "policy", DecodePolicy(*table.policy()));
  if (!policy.ok()) return policy.status();
  auto update_time = Checked(Column::kDocuments, key, "update_time", DecodeTime(*table.update_time()));
  if (!update_time.ok()) return update_time.status();
  auto chunk_policies = Checked(Column::kDocuments, key, "chunk_policies", DecodeChunkPolicies(table.chunk_policies()));
  if (!chunk_policies.ok()) return chunk_policies.status();
  return DocumentRecord{.id = table.id()->str(),
                        .version = acl::DocumentVersion(table.version()),
                        .title = table.title()->str(),
                        .source_uri = table.source_uri()->str(),
                        .metadata_json = table.metadata_json()->str(),
                        .policy = *std::move(policy),
                        .chunk_count = table.chunk_count(),
                        .revision = acl::Revision(table.revision()),
                        .update_time = *update_time,
                        .chunk_policies = *std::move(chunk_policies),
                        .policy_source = DecodeOptional(table.policy_source()),
                        .chunk_metadata = table.chunk_metadata()};
}

std::string EncodeMembership(std::string_view key, const MembershipRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto group = EncodeString(builder, record.group);
  const auto member = EncodeString(builder, record.member);
  return Finish(Column::kAcl, key, builder, fb::CreateMembership(builder, group, member));
}

absl::StatusOr<MembershipRecord> DecodeMembership(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Membership>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  return MembershipRecord{.group = (*stored)->group()->str(), .member = (*stored)->member()->str()};
}

std::string EncodeApiKey(std::string_view key, const ApiKeyRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto key_id = EncodeString(builder, record.key_id);
  const auto tenant = EncodeString(builder, record.tenant);
  const auto principal = EncodeString(builder, record.principal);
  const auto salt = EncodeBytes(builder, record.salt);
  const auto secret_hash = EncodeBytes(builder, record.secret_hash);
  const auto groups = EncodeOptional(builder, record.groups);
  const auto maker = EncodeOptional(builder, record.maker);
  const fb::Time create_time = EncodeTime(record.create_time);
  const fb::Time expire_time = EncodeTime(record.expire_time);
  return Finish(Column::kKeys, key, builder,
                fb::CreateApiKey(builder, key_id, tenant, principal, salt, secret_hash, record.roles, record.delegate,
                                 &create_time, &expire_time, record.revoked, groups, maker));
}

absl::StatusOr<ApiKeyRecord> DecodeApiKey(std::string_view key, std::string_view value) {
  auto stored = Root<fb::ApiKey>::Of(Column::kKeys, key, value);
  if (!stored.ok()) return stored.status();
  const fb::ApiKey& table = **stored;
  auto create_time = Checked(Column::kKeys, key, "create_time", DecodeTime(*table.create_time()));
  if (!create_time.ok()) return create_time.status();
  auto expire_time = Checked(Column::kKeys, key, "expire_time", DecodeTime(*table.expire_time()));
  if (!expire_time.ok()) return expire_time.status();
  auto groups = Checked(Column::kKeys, key, "groups", DecodeOptional(table.groups()));
  if (!groups.ok()) return groups.status();
  return ApiKeyRecord{.key_id = table.key_id()->str(),
                      .tenant = table.tenant()->str(),
                      .principal = table.principal()->str(),
                      .salt = DecodeBytes(*table.salt()),
                      .secret_hash = DecodeBytes(*table.secret_hash()),
                      .roles = table.roles(),
                      .delegate = table.delegate(),
                      .create_time = *create_time,
                      .expire_time = *expire_time,
                      .revoked = table.revoked(),
                      .groups = *std::move(groups),
                      .maker = DecodeOptional(table.maker())};
}

std::string EncodeRequest(std::string_view key, const RequestRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto fingerprint = EncodeBytes(builder, record.fingerprint);
  const auto response = EncodeBytes(builder, record.response);
  const fb::Time time = EncodeTime(record.time);
  return Finish(Column::kRequests, key, builder,
                fb::CreateRequest(builder, fingerprint, response, record.revision.value(), &time));
}

absl::StatusOr<RequestRecord> DecodeRequest(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Request>::Of(Column::kRequests, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Request& table = **stored;
  auto time = Checked(Column::kRequests, key, "time", DecodeTime(*table.time()));
  if (!time.ok()) return time.status();
  return RequestRecord{.fingerprint = DecodeBytes(*table.fingerprint()),
                       .response = DecodeBytes(*table.response()),
                       .revision = acl::Revision(table.revision()),
                       .time = *time};
}

}  // namespace usher::storage
