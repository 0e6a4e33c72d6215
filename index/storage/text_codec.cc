// Chunks and their vectors.
#include <bit>
#include <cstring>
#include <utility>

#include "index/storage/codec.h"
#include "index/storage/flatbuffer_parts.h"

namespace usher::storage {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are stored as the machine's own floats");

flatbuffers::Offset<fb::Finding> EncodeFinding(flatbuffers::FlatBufferBuilder& builder, const FindingRecord& finding) {
  const auto rule = EncodeString(builder, finding.rule);
  const auto detail = EncodeString(builder, finding.detail);
  return fb::CreateFinding(builder, rule, finding.kind, finding.action, finding.source_begin, finding.source_end,
                           finding.text_begin, finding.text_end, detail);
}

FindingRecord DecodeFinding(const fb::Finding& finding) {
  return FindingRecord{.rule = finding.rule()->str(),
                       .kind = finding.kind(),
                       .action = finding.action(),
                       .source_begin = finding.source_begin(),
                       .source_end = finding.source_end(),
                       .text_begin = finding.text_begin(),
                       .text_end = finding.text_end(),
                       .detail = finding.detail()->str()};
}

}  // namespace

std::string EncodeChunk(std::string_view key, const ChunkRecord& record) {
  flatbuffers::FlatBufferBuilder builder(record.text.size() + 256);
  const auto document_id = EncodeString(builder, record.document_id);
  const auto text = EncodeString(builder, record.text);
  const auto headings = EncodeStrings(builder, record.headings);
  std::vector<flatbuffers::Offset<fb::Finding>> findings;
  findings.reserve(record.findings.size());
  for (const FindingRecord& finding : record.findings) findings.push_back(EncodeFinding(builder, finding));
  const auto stored_findings = builder.CreateVector(findings);
  const auto metadata = EncodeOptional(builder, record.metadata_json);
  return Finish(Column::kChunks, key, builder,
                fb::CreateChunk(builder, document_id, text, headings, record.source_begin, record.source_end,
                                stored_findings, metadata));
}

absl::StatusOr<ChunkRecord> DecodeChunk(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Chunk>::Of(Column::kChunks, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Chunk& table = **stored;
  ChunkRecord record{.document_id = table.document_id()->str(),
                     .text = table.text()->str(),
                     .headings = DecodeStrings(*table.headings()),
                     .source_begin = table.source_begin(),
                     .source_end = table.source_end(),
                     .findings = {},
                     .metadata_json = DecodeOptional(table.metadata_json())};
  record.findings.reserve(table.findings()->size());
  for (const fb::Finding* finding : *table.findings()) record.findings.push_back(DecodeFinding(*finding));
  return record;
}

std::string EncodeVector(std::string_view key, absl::Span<const float> vector) {
  return Seal(Column::kVectors, key,
              std::string_view(reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)));
}

absl::Status DecodeVector(std::string_view key, std::string_view value, std::vector<float>& vector) {
  absl::StatusOr<std::string_view> payload = Unseal(Column::kVectors, key, value);
  if (!payload.ok()) return payload.status();
  if (payload->size() % sizeof(float) != 0) return DamagedRecord(Column::kVectors, key, "holds no whole floats");
  vector.resize(payload->size() / sizeof(float));
  if (!vector.empty()) std::memcpy(vector.data(), payload->data(), payload->size());
  return absl::OkStatus();
}

}  // namespace usher::storage
