#include "server/pipeline/clean_context.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "index/corpus/resource_name.h"
#include "index/fields/metadata.h"
#include "server/auth/crypto.h"
#include "server/pipeline/clean_metadata.h"
#include "server/sanitize/answer_marking.h"

namespace usher::pipeline {
namespace {

bool FillRandom(absl::Span<unsigned char> out) {
  const absl::StatusOr<std::string> bytes = auth::RandomBytes(out.size());
  if (bytes.ok()) std::copy(bytes->begin(), bytes->end(), out.begin());
  return bytes.ok();
}

// A finding outside the text. Positions only where the field is one value.
void AddFinding(std::string_view field, const sanitize::Finding& found, bool one_value, CleanFields& chunk) {
  ChunkFinding finding{.field = std::string(field), .record = ToRecord(found)};
  finding.record.source_begin = finding.record.source_end = 0;
  if (!one_value) finding.record.text_begin = finding.record.text_end = 0;
  chunk.findings.push_back(std::move(finding));
}

absl::StatusOr<std::string> CleanField(const sanitize::Sanitizer& sanitizer, std::string_view field,
                                       const std::string& text, bool one_value, CleanFields& chunk) {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer.Clean(text, chunking::Format::kPlain);
  if (!clean.ok()) return clean.status();
  for (const sanitize::Finding& found : clean->findings) AddFinding(field, found, one_value, chunk);
  return std::move(clean->text);
}

// The document's id is judged alone, since what stands before it in the name would hide how it begins.
absl::Status JudgeName(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                       const std::string& document_id, CleanFields& chunk) {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer.Clean(document_id, chunking::Format::kPlain);
  if (!clean.ok()) return clean.status();
  const size_t offset = corpus::FormatDocumentName(collection, "").size();
  for (sanitize::Finding& found : clean->findings) {
    if (found.action != sanitize::Action::kQuarantine) found.action = sanitize::Action::kAnnotate;
    found.clean = {offset + found.source.begin, offset + found.source.end};
    AddFinding("name", found, true, chunk);
  }
  return absl::OkStatus();
}

bool SameFinding(const storage::FindingRecord& a, const storage::FindingRecord& b) {
  return a.rule == b.rule && a.text_begin == b.text_begin && a.text_end == b.text_end;
}

// Cleans the text once more. Positions of what was known are carried along; what is new is located in the source as a
// whole, because the way from the source to the stored text is not kept.
absl::Status CleanBody(const sanitize::Sanitizer& sanitizer, const storage::ChunkRecord& record, CleanFields& chunk) {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer.Clean(record.text, chunking::Format::kPlain);
  if (!clean.ok()) return clean.status();
  for (storage::FindingRecord finding : record.findings) {
    const sanitize::Span span = clean->map.ToClean(sanitize::Span{finding.text_begin, finding.text_end});
    finding.text_begin = span.begin;
    finding.text_end = span.end;
    finding.action = static_cast<uint8_t>(
        sanitizer.Decide(static_cast<sanitize::Kind>(finding.kind), static_cast<sanitize::Action>(finding.action)));
    chunk.findings.push_back({.field = "", .record = std::move(finding)});
  }
  for (const sanitize::Finding& found : clean->findings) {
    storage::FindingRecord finding = ToRecord(found);
    finding.source_begin = record.source_begin;
    finding.source_end = record.source_end;
    const auto known = std::find_if(chunk.findings.begin(), chunk.findings.end(),
                                    [&](const ChunkFinding& other) { return SameFinding(finding, other.record); });
    if (known != chunk.findings.end()) {
      known->record.action = std::max(known->record.action, finding.action);
      continue;
    }
    chunk.findings.push_back({.field = "", .record = std::move(finding)});
  }
  chunk.text = std::move(clean->text);
  chunk.sketch = TextSketch(chunk.text);
  return absl::OkStatus();
}

absl::Status CleanChunkItself(const sanitize::Sanitizer& sanitizer, std::string_view collection, uint32_t number,
                              const storage::ChunkRecord& record, CleanFields& chunk) {
  chunk.document_id = record.document_id;
  chunk.name = corpus::FormatChunkName(collection, record.document_id, number);
  chunk.source_begin = record.source_begin;
  chunk.source_end = record.source_end;
  chunk.stored_metadata_json = record.metadata_json;
  if (absl::Status status = CleanBody(sanitizer, record, chunk); !status.ok()) return status;
  if (absl::Status status = JudgeName(sanitizer, collection, record.document_id, chunk); !status.ok()) return status;
  for (const std::string& heading : record.headings) {
    absl::StatusOr<std::string> clean = CleanField(sanitizer, "headings", heading, false, chunk);
    if (!clean.ok()) return clean.status();
    chunk.headings.push_back(*std::move(clean));
  }
  chunk.chunk_findings = chunk.findings.size();
  return absl::OkStatus();
}

absl::Status CleanWhatTheDocumentSays(const sanitize::Sanitizer& sanitizer, const storage::DocumentRecord& document,
                                      CleanFields& chunk) {
  chunk.document_revision = document.revision;
  chunk.findings.resize(chunk.chunk_findings);
  absl::StatusOr<std::string> title = CleanField(sanitizer, "title", document.title, true, chunk);
  if (!title.ok()) return title.status();
  chunk.title = *std::move(title);
  absl::StatusOr<std::string> uri = CleanField(sanitizer, "source_uri", document.source_uri, true, chunk);
  if (!uri.ok()) return uri.status();
  chunk.source_uri = *std::move(uri);
  const absl::StatusOr<std::string> joined = fields::JoinMetadata(document.metadata_json, chunk.stored_metadata_json);
  if (!joined.ok()) return joined.status();
  absl::StatusOr<CleanMetadata> metadata = CleanMetadataJson(sanitizer, *joined, UncleanName::kDrop);
  if (!metadata.ok()) return metadata.status();
  for (const sanitize::Finding& found : metadata->findings) AddFinding("metadata", found, false, chunk);
  chunk.metadata_json = std::move(metadata->json);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const CleanFields>> CleanOne(const sanitize::Sanitizer& sanitizer,
                                                            std::string_view collection,
                                                            const VerifiedChunk& verified) {
  const storage::DocumentRecord& document = verified.document();
  if (verified.kept() && verified.kept()->document_revision == document.revision) return verified.kept();
  auto chunk = verified.kept() ? std::make_shared<CleanFields>(*verified.kept()) : std::make_shared<CleanFields>();
  if (verified.kept() == nullptr) {
    const absl::Status status =
        CleanChunkItself(sanitizer, collection, verified.key().number, verified.record(), *chunk);
    if (!status.ok()) return status;
  }
  if (absl::Status status = CleanWhatTheDocumentSays(sanitizer, document, *chunk); !status.ok()) return status;
  return chunk;
}

}  // namespace

absl::StatusOr<CleanFields> CleanStored(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                                        const storage::DocumentRecord& document, uint32_t number,
                                        const storage::ChunkRecord& record) {
  CleanFields chunk;
  if (absl::Status status = CleanChunkItself(sanitizer, collection, number, record, chunk); !status.ok()) return status;
  if (absl::Status status = CleanWhatTheDocumentSays(sanitizer, document, chunk); !status.ok()) return status;
  return chunk;
}

uint64_t CleanContext::finding_count() const {
  uint64_t count = 0;
  for (const CleanChunk& chunk : chunks_) count += chunk.fields->findings.size();
  return count;
}

absl::StatusOr<std::vector<CleanChunk>> CleanChunks(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                                                    const std::vector<VerifiedChunk>& chunks,
                                                    storage::TrustTier trust) {
  std::vector<CleanChunk> clean;
  clean.reserve(chunks.size());
  for (const VerifiedChunk& verified : chunks) {
    auto fields = CleanOne(sanitizer, collection, verified);
    if (!fields.ok())
      return absl::InternalError(absl::StrCat("a chunk could not be cleaned: ", fields.status().message()));
    clean.push_back({.fields = *std::move(fields),
                     .key = verified.key(),
                     .score = verified.score(),
                     .label = verified.label(),
                     .trust = trust});
  }
  return clean;
}

absl::StatusOr<CleanContext> MarkChunks(std::vector<CleanChunk> chunks, OutputForm form) {
  CleanContext context;
  context.chunks_ = std::move(chunks);
  std::vector<std::string_view> texts;
  for (const CleanChunk& chunk : context.chunks_) texts.push_back(chunk.fields->text);
  const absl::StatusOr<sanitize::AnswerMarking> marking = sanitize::AnswerMarking::For(form, texts, FillRandom);
  if (!marking.ok()) return marking.status();
  context.boundary_ = marking->boundary();
  context.marker_ = marking->marker();
  context.instructions_ = marking->Instructions();
  if (form == OutputForm::kPlain) return context;
  for (size_t i = 0; i < context.chunks_.size(); ++i) {
    absl::StatusOr<std::string> marked = marking->Mark(texts[i], i + 1);
    if (!marked.ok()) return marked.status();
    context.chunks_[i].marked = *std::move(marked);
  }
  return context;
}

storage::FindingRecord ToRecord(const sanitize::Finding& finding) {
  storage::FindingRecord record;
  record.rule = finding.rule;
  record.kind = static_cast<uint8_t>(finding.kind);
  record.action = static_cast<uint8_t>(finding.action);
  record.source_begin = finding.source.begin;
  record.source_end = finding.source.end;
  record.text_begin = finding.clean.begin;
  record.text_end = finding.clean.end;
  record.detail = finding.detail;
  return record;
}

}  // namespace usher::pipeline
