#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "index/chunking/chunker.h"
#include "index/corpus/resource_name.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_filter.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/metadata.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr int kMaxDimension = 4'096;
constexpr int kMaxDocuments = 1'000;
constexpr size_t kMaxTitleBytes = 1'024;
constexpr size_t kMaxUriBytes = 2'048;
constexpr size_t kMaxSourceBytes = 8u << 20;
constexpr size_t kMaxChunkBytes = 65'536;
constexpr int kMaxHeadings = 32;
constexpr int kMinTargetBytes = 100;
constexpr int kMaxTargetBytes = 8'000;
constexpr int kMaxPieceBytes = 16'000;

absl::Status Invalid(const std::string& field, const std::string& message) {
  return AtField(absl::InvalidArgumentError(message), field);
}

absl::Status CheckSize(const std::string& value, size_t max, const std::string& field) {
  if (value.size() <= max) return absl::OkStatus();
  return Invalid(field, absl::StrCat("has ", value.size(), " bytes; at most ", max, " are allowed"));
}

absl::StatusOr<pipeline::SourceText> SourceFromProto(const v1::SourceText& source, const std::string& field) {
  if (source.text().empty()) return Invalid(absl::StrCat(field, ".text"), "must not be empty");
  if (absl::Status status = CheckSize(source.text(), kMaxSourceBytes, absl::StrCat(field, ".text")); !status.ok()) {
    return status;
  }
  auto format = FormatFromProto(source.format(), absl::StrCat(field, ".format"));
  if (!format.ok()) return format.status();
  return pipeline::SourceText{source.text(), *format};
}

absl::StatusOr<pipeline::ReadyChunk> ChunkFromProto(const v1::ReadyChunk& chunk, const std::string& field) {
  if (chunk.text().empty()) return Invalid(absl::StrCat(field, ".text"), "must not be empty");
  if (absl::Status status = CheckSize(chunk.text(), kMaxChunkBytes, absl::StrCat(field, ".text")); !status.ok()) {
    return status;
  }
  if (chunk.headings_size() > kMaxHeadings) {
    return Invalid(absl::StrCat(field, ".headings"), absl::StrCat("at most ", kMaxHeadings, " are allowed"));
  }
  pipeline::ReadyChunk ready;
  ready.text = chunk.text();
  for (const std::string& heading : chunk.headings()) {
    if (absl::Status status = CheckSize(heading, kMaxTitleBytes, absl::StrCat(field, ".headings")); !status.ok()) {
      return status;
    }
    ready.headings.push_back(heading);
  }
  if (chunk.has_vector()) {
    ready.vector.assign(chunk.vector().values().begin(), chunk.vector().values().end());
    if (ready.vector.empty()) return Invalid(absl::StrCat(field, ".vector"), "must not be empty; leave it out instead");
  }
  if (chunk.has_metadata()) {
    auto json = MetadataToJson(chunk.metadata());
    if (!json.ok()) return AtField(json.status(), absl::StrCat(field, ".metadata"));
    ready.metadata_json = *std::move(json);
  }
  for (const float x : ready.vector) {
    if (!std::isfinite(x)) return Invalid(absl::StrCat(field, ".vector"), "must hold finite numbers only");
  }
  return ready;
}

// An empty policy says that the chunk is as its document, and still that the caller knows of chunks' rules.
absl::Status ChunkPoliciesFromProto(const v1::ReadyChunks& chunks, const std::string& field,
                                    pipeline::IncomingDocument& incoming) {
  for (int i = 0; i < chunks.chunks_size(); ++i) {
    if (!chunks.chunks(i).has_policy()) continue;
    auto policy = PolicyFromProto(chunks.chunks(i).policy(), absl::StrCat(field, ".chunks[", i, "].policy"));
    if (!policy.ok()) return policy.status();
    if (!incoming.chunk_policies) incoming.chunk_policies.emplace();
    if (!policy->empty()) incoming.chunk_policies->emplace_back(static_cast<uint32_t>(i), *std::move(policy));
  }
  return absl::OkStatus();
}

absl::Status ContentFromProto(const v1::Document& document, const std::string& field,
                              pipeline::IncomingDocument& incoming) {
  if (document.has_source()) {
    auto source = SourceFromProto(document.source(), absl::StrCat(field, ".source"));
    if (!source.ok()) return source.status();
    incoming.content = *std::move(source);
    return absl::OkStatus();
  }
  if (!document.has_chunks() || document.chunks().chunks().empty()) {
    return Invalid(field, "needs `source`, or `chunks` with at least one chunk");
  }
  std::vector<pipeline::ReadyChunk> chunks;
  for (int i = 0; i < document.chunks().chunks_size(); ++i) {
    auto chunk = ChunkFromProto(document.chunks().chunks(i), absl::StrCat(field, ".chunks.chunks[", i, "]"));
    if (!chunk.ok()) return chunk.status();
    chunks.push_back(*std::move(chunk));
  }
  incoming.content = std::move(chunks);
  return ChunkPoliciesFromProto(document.chunks(), absl::StrCat(field, ".chunks"), incoming);
}

absl::StatusOr<pipeline::IncomingDocument> DocumentFromProto(const v1::Document& document,
                                                             const std::string& collection, const std::string& field) {
  auto name = corpus::ParseDocumentName(document.name());
  if (!name.ok()) return AtField(name.status(), absl::StrCat(field, ".name"));
  if (name->collection != collection) {
    return Invalid(absl::StrCat(field, ".name"), absl::StrCat("is not in the request's collection '", collection, "'"));
  }
  pipeline::IncomingDocument incoming;
  incoming.id = name->document;
  incoming.title = document.title();
  incoming.source_uri = document.source_uri();
  absl::Status status = CheckSize(document.title(), kMaxTitleBytes, absl::StrCat(field, ".title"));
  status.Update(CheckSize(document.source_uri(), kMaxUriBytes, absl::StrCat(field, ".source_uri")));
  if (!status.ok()) return status;
  if (document.has_metadata()) {
    auto json = MetadataToJson(document.metadata());
    if (!json.ok()) return AtField(json.status(), absl::StrCat(field, ".metadata"));
    incoming.metadata_json = *std::move(json);
  }
  if (document.has_policy()) {
    auto policy = PolicyFromProto(document.policy(), absl::StrCat(field, ".policy"));
    if (!policy.ok()) return policy.status();
    incoming.policy = *std::move(policy);
  }
  incoming.discard_chunk_policies = document.discard_chunk_policies();
  if (status = ContentFromProto(document, field, incoming); !status.ok()) return status;
  return incoming;
}

// The chunker itself can do more than the API promises.
absl::StatusOr<chunking::ChunkingOptions> ChunkingFromProto(const v1::ChunkingOptions& given) {
  const std::string field = "collection.chunking";
  const chunking::ChunkingOptions defaults;
  chunking::ChunkingOptions options;
  options.target_bytes = given.target_bytes() == 0 ? defaults.target_bytes : given.target_bytes();
  if (options.target_bytes < kMinTargetBytes || options.target_bytes > kMaxTargetBytes) {
    return Invalid(absl::StrCat(field, ".target_bytes"),
                   absl::StrCat("must be ", kMinTargetBytes, " to ", kMaxTargetBytes, ", or 0 for the default"));
  }
  options.max_bytes = given.max_bytes() == 0 ? std::max(defaults.max_bytes, options.target_bytes) : given.max_bytes();
  if (options.max_bytes < options.target_bytes || options.max_bytes > kMaxPieceBytes) {
    return Invalid(absl::StrCat(field, ".max_bytes"),
                   absl::StrCat("must be target_bytes to ", kMaxPieceBytes, ", or 0 for the default"));
  }
  options.overlap_bytes = given.overlap_bytes() == 0    ? std::min(defaults.overlap_bytes, options.target_bytes / 2)
                          : given.overlap_bytes() == -1 ? 0
                                                        : given.overlap_bytes();
  if (options.overlap_bytes < 0 || options.overlap_bytes > options.target_bytes / 2) {
    return Invalid(absl::StrCat(field, ".overlap_bytes"),
                   "must be 1 to half of target_bytes, 0 for the default, or -1 for none");
  }
  options.tiny_bytes = std::min(defaults.tiny_bytes, options.target_bytes);
  if (absl::Status status = options.Validate(); !status.ok()) return AtField(status, field);
  return options;
}

}  // namespace

absl::StatusOr<chunking::Format> FormatFromProto(v1::TextFormat format, const std::string& field) {
  switch (format) {
    case v1::TEXT_FORMAT_UNSPECIFIED:
    case v1::TEXT_FORMAT_PLAIN:
      return chunking::Format::kPlain;
    case v1::TEXT_FORMAT_MARKDOWN:
      return chunking::Format::kMarkdown;
    case v1::TEXT_FORMAT_HTML:
      return chunking::Format::kHtml;
    default:
      return Invalid(field, "is not a known format");
  }
}

v1::Collection ToProto(const corpus::CollectionInfo& info, const auth::TokenMint& tokens) {
  v1::Collection message;
  message.set_name(corpus::FormatCollectionName(info.record.name));
  message.set_dimension(info.record.dimension);
  message.set_embedding_model(info.record.embedding_model);
  message.mutable_chunking()->set_target_bytes(info.record.chunk_target_bytes);
  message.mutable_chunking()->set_max_bytes(info.record.chunk_max_bytes);
  message.mutable_chunking()->set_overlap_bytes(info.record.chunk_overlap_bytes == 0 ? -1
                                                                                     : info.record.chunk_overlap_bytes);
  *message.mutable_create_time() = ToProto(info.record.create_time);
  message.set_document_count(info.document_count);
  message.set_chunk_count(info.chunk_count);
  message.set_class_count(info.class_count);
  *message.mutable_policy() = ToProto(info.record.policy);
  ToProto(info.record.fields, message.mutable_fields());
  message.set_etag(tokens.RevisionToken(info.record.policy_revision));
  message.set_strict_search(info.record.strict_search);
  message.set_trust_tier(ToProto(info.record.trust_tier));
  return message;
}

absl::StatusOr<storage::CollectionRecord> FromProto(const v1::Collection& collection) {
  auto name = corpus::ParseCollectionName(collection.name());
  if (!name.ok()) return AtField(name.status(), "collection.name");
  storage::CollectionRecord record;
  record.name = *std::move(name);
  if (collection.dimension() < 0 || collection.dimension() > kMaxDimension) {
    return Invalid("collection.dimension", absl::StrCat("must be 1 to ", kMaxDimension));
  }
  record.dimension = collection.dimension();
  const auto options = ChunkingFromProto(collection.chunking());
  if (!options.ok()) return options.status();
  record.chunk_target_bytes = options->target_bytes;
  record.chunk_max_bytes = options->max_bytes;
  record.chunk_overlap_bytes = options->overlap_bytes;
  auto schema = SchemaFromProto(collection.fields(), "collection.fields");
  if (!schema.ok()) return schema.status();
  record.fields = *std::move(schema);
  auto policy = PolicyFromProto(collection.policy(), "collection.policy");
  if (!policy.ok()) return policy.status();
  record.policy = *std::move(policy);
  record.strict_search = collection.strict_search();
  const auto trust = FromProto(collection.trust_tier(), "collection.trust_tier");
  if (!trust.ok()) return trust.status();
  record.trust_tier = *trust;
  return record;
}

v1::Document ToProto(const std::string& collection, const storage::DocumentRecord& record,
                     const auth::TokenMint& tokens) {
  v1::Document message;
  message.set_name(corpus::FormatDocumentName(collection, record.id));
  message.set_title(record.title);
  message.set_source_uri(record.source_uri);
  if (!record.metadata_json.empty()) MetadataFromJson(record.metadata_json, message.mutable_metadata());
  *message.mutable_policy() = ToProto(record.policy);
  message.set_chunk_count(record.chunk_count);
  message.set_etag(tokens.RevisionToken(record.revision));
  *message.mutable_update_time() = ToProto(record.update_time);
  for (const auto& [number, policy] : record.chunk_policies) message.add_chunks_with_policy(number);
  return message;
}

absl::StatusOr<std::vector<pipeline::IncomingDocument>> FromProto(const v1::UpsertDocumentsRequest& request,
                                                                  const std::string& collection) {
  if (request.documents().empty() || request.documents_size() > kMaxDocuments) {
    return Invalid("documents", absl::StrCat("must hold 1 to ", kMaxDocuments, " documents"));
  }
  std::vector<pipeline::IncomingDocument> documents;
  absl::flat_hash_set<std::string> ids;
  for (int i = 0; i < request.documents_size(); ++i) {
    const std::string field = absl::StrCat("documents[", i, "]");
    auto document = DocumentFromProto(request.documents(i), collection, field);
    if (!document.ok()) return document.status();
    if (!ids.insert(document->id).second) return Invalid(absl::StrCat(field, ".name"), "is in the request twice");
    documents.push_back(*std::move(document));
  }
  return documents;
}

}  // namespace usher::rpc
