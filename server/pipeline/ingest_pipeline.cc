#include "server/pipeline/ingest_pipeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "index/chunking/text_breaker.h"
#include "server/pipeline/clean_context.h"
#include "server/pipeline/clean_metadata.h"
#include "server/pipeline/heading_filter.h"
#include "server/status_detail.h"

namespace usher::pipeline {
namespace {

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

absl::Status CheckDeadline(absl::Time deadline) {
  if (deadline == absl::InfiniteFuture() || absl::Now() < deadline) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "the deadline passed while the documents were cleaned and cut; nothing was written: send fewer at once");
}

// The parts of cleaned text that one piece of the source makes: several when references or attributes that the cleaning
// turned into text made it longer than `max_bytes`.
std::vector<sanitize::Span> PartsOf(std::string_view text, sanitize::Span share, size_t max_bytes) {
  std::vector<sanitize::Span> parts;
  while (share.size() > max_bytes) {
    const size_t cut = chunking::LastBreak(text, share.begin + max_bytes / 2, share.begin + max_bytes);
    parts.push_back({share.begin, cut});
    share.begin = cut;
  }
  parts.push_back(share);
  return parts;
}

// The findings that touch a piece of the source and a part of what it became, with positions in that part.
std::vector<storage::FindingRecord> FindingsOf(const sanitize::CleanText& clean, sanitize::Span source,
                                               sanitize::Span text) {
  std::vector<storage::FindingRecord> records;
  for (const sanitize::Finding& finding : clean.findings) {
    const bool touches = finding.source.begin < source.end && source.begin < finding.source.end &&
                         finding.clean.begin <= text.end && text.begin <= finding.clean.end;
    if (!touches) continue;
    storage::FindingRecord record = ToRecord(finding);
    record.text_begin = std::clamp(finding.clean.begin, text.begin, text.end) - text.begin;
    record.text_end = std::clamp(finding.clean.end, text.begin, text.end) - text.begin;
    records.push_back(std::move(record));
  }
  return records;
}

void AppendChunks(const sanitize::CleanText& clean, const chunking::Piece& piece,
                  const std::vector<std::string>& headings, size_t max_bytes, corpus::PreparedDocument& document) {
  const sanitize::Span source{piece.begin, piece.end};
  for (const sanitize::Span part : PartsOf(clean.text, clean.map.ShareOf(source), max_bytes)) {
    std::string text = clean.text.substr(part.begin, part.size());
    if (IsBlank(text)) continue;
    storage::ChunkRecord chunk;
    chunk.document_id = document.id;
    chunk.text = std::move(text);
    chunk.source_begin = piece.begin;
    chunk.source_end = piece.end;
    chunk.findings = FindingsOf(clean, source, part);
    chunk.headings = headings;
    document.chunks.push_back(std::move(chunk));
  }
}

// Headings tell the model what a passage is about when the passage itself does not.
std::string TextToEmbed(const std::string& title, const storage::ChunkRecord& chunk) {
  std::vector<std::string_view> lines;
  if (!title.empty() && (chunk.headings.empty() || chunk.headings.front() != title)) lines.push_back(title);
  lines.insert(lines.end(), chunk.headings.begin(), chunk.headings.end());
  lines.push_back(chunk.text);
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\n");
  return text;
}

absl::Status NormalizeInto(const std::vector<float>& vector, float* row) {
  double sum = 0;
  for (const float x : vector) sum += double{x} * double{x};
  const double norm = std::sqrt(sum);
  if (!std::isfinite(norm) || norm < 1e-30) {
    return absl::InvalidArgumentError("the vector must be finite and not all zero");
  }
  std::transform(vector.begin(), vector.end(), row, [norm](float x) { return static_cast<float>(double{x} / norm); });
  return absl::OkStatus();
}

}  // namespace

// A document on its way: cleaned and cut, perhaps not yet embedded.
struct IngestPipeline::Draft {
  corpus::PreparedDocument document;
  std::vector<std::vector<float>> given;  // by chunk; empty where the text is to be embedded
  uint64_t findings = 0;
};

absl::StatusOr<PreparedBatch> IngestPipeline::Prepare(const storage::CollectionRecord& collection,
                                                      std::vector<IncomingDocument> documents,
                                                      absl::Time deadline) const {
  std::vector<Draft> drafts;
  PreparedBatch batch;
  for (size_t i = 0; i < documents.size(); ++i) {
    absl::StatusOr<Draft> draft = Clean(collection, std::move(documents[i]), deadline);
    if (!draft.ok()) {
      const std::string field = DetailOf(draft.status(), kFieldDetail).value_or("source");
      return AtField(draft.status(), absl::StrCat("documents[", i, "].", field));
    }
    batch.chunk_count += draft->document.chunks.size();
    batch.finding_count += draft->findings;
    if (batch.chunk_count > kMaxChunksPerBatch) {
      return AtField(absl::InvalidArgumentError(absl::StrCat("the documents make more than ", kMaxChunksPerBatch,
                                                             " chunks; send fewer at once")),
                     "documents");
    }
    drafts.push_back(*std::move(draft));
  }
  if (absl::Status status = Embed(collection, drafts, deadline); !status.ok()) return status;
  for (Draft& draft : drafts) batch.documents.push_back(std::move(draft.document));
  return batch;
}

absl::StatusOr<IngestPipeline::Draft> IngestPipeline::Clean(const storage::CollectionRecord& collection,
                                                            IncomingDocument document, absl::Time deadline) const {
  if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
  Draft draft;
  draft.document.id = std::move(document.id);
  draft.document.policy = std::move(document.policy);
  draft.document.chunk_policies = std::move(document.chunk_policies);
  draft.document.discard_chunk_policies = document.discard_chunk_policies;
  absl::StatusOr<std::string> title = CleanField(document.title, "title", draft.findings);
  if (!title.ok()) return title.status();
  draft.document.title = *std::move(title);
  absl::StatusOr<std::string> uri = CleanField(document.source_uri, "source_uri", draft.findings);
  if (!uri.ok()) return uri.status();
  draft.document.source_uri = *std::move(uri);
  absl::StatusOr<CleanMetadata> metadata = CleanMetadataJson(*sanitizer_, document.metadata_json, UncleanName::kRefuse);
  if (!metadata.ok()) return AtField(metadata.status(), "metadata");
  draft.findings += metadata->findings.size();
  draft.document.metadata_json = std::move(metadata->json);

  absl::Status status;
  if (auto* source = std::get_if<SourceText>(&document.content)) {
    status = CutSource(collection, *source, deadline, draft);
  } else {
    status = TakeChunks(collection, std::get<std::vector<ReadyChunk>>(std::move(document.content)), deadline, draft);
  }
  if (!status.ok()) return status;
  return draft;
}

absl::Status IngestPipeline::CutSource(const storage::CollectionRecord& collection, const SourceText& source,
                                       absl::Time deadline, Draft& draft) const {
  absl::StatusOr<sanitize::CleanText> clean = sanitizer_->Clean(source.text, source.format);
  if (!clean.ok()) return AtField(clean.status(), "source.text");
  draft.findings += clean->findings.size();

  chunking::ChunkingOptions options;
  options.target_bytes = collection.chunk_target_bytes;
  options.max_bytes = collection.chunk_max_bytes;
  options.overlap_bytes = collection.chunk_overlap_bytes;
  options.tiny_bytes = std::min(options.tiny_bytes, options.target_bytes);
  const auto pieces = chunking::Split(source.text, source.format, options);
  if (!pieces.ok()) return AtField(pieces.status(), "source.text");

  HeadingFilter headings(*sanitizer_, source.format, *clean);
  if (draft.document.title.empty() && !pieces->empty()) {
    absl::StatusOr<std::string> title = headings.Title(pieces->front());
    if (!title.ok()) return AtField(title.status(), "source.text");
    draft.document.title = *std::move(title);
  }
  for (const chunking::Piece& piece : *pieces) {
    if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
    const absl::StatusOr<std::vector<std::string>> shown = headings.Take(piece);
    if (!shown.ok()) return AtField(shown.status(), "source.text");
    AppendChunks(*clean, piece, *shown, static_cast<size_t>(options.max_bytes), draft.document);
  }
  draft.given.resize(draft.document.chunks.size());
  return absl::OkStatus();
}

absl::Status IngestPipeline::TakeChunks(const storage::CollectionRecord& collection, std::vector<ReadyChunk> chunks,
                                        absl::Time deadline, Draft& draft) const {
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (absl::Status status = CheckDeadline(deadline); !status.ok()) return status;
    ReadyChunk& ready = chunks[i];
    const std::string field = absl::StrCat("chunks.chunks[", i, "]");
    if (!ready.vector.empty() && ready.vector.size() != static_cast<size_t>(collection.dimension)) {
      return WithReason(
          AtField(absl::InvalidArgumentError(absl::StrCat("the vector has ", ready.vector.size(),
                                                          " dimensions; the collection has ", collection.dimension)),
                  absl::StrCat(field, ".vector")),
          "DIMENSION_MISMATCH");
    }
    absl::StatusOr<sanitize::CleanText> clean = sanitizer_->Clean(ready.text, chunking::Format::kMarkdown);
    if (!clean.ok()) return AtField(clean.status(), absl::StrCat(field, ".text"));
    draft.findings += clean->findings.size();
    storage::ChunkRecord chunk;
    chunk.document_id = draft.document.id;
    chunk.source_end = ready.text.size();
    chunk.findings = FindingsOf(*clean, {0, ready.text.size()}, {0, clean->text.size()});
    chunk.text = std::move(clean->text);
    for (const std::string& heading : ready.headings) {
      absl::StatusOr<std::string> cleaned = CleanField(heading, absl::StrCat(field, ".headings"), draft.findings);
      if (!cleaned.ok()) return cleaned.status();
      chunk.headings.push_back(*std::move(cleaned));
    }
    absl::StatusOr<CleanMetadata> metadata = CleanMetadataJson(*sanitizer_, ready.metadata_json, UncleanName::kRefuse);
    if (!metadata.ok()) return AtField(metadata.status(), absl::StrCat(field, ".metadata"));
    draft.findings += metadata->findings.size();
    chunk.metadata_json = std::move(metadata->json);
    draft.document.chunks.push_back(std::move(chunk));
    draft.given.push_back(std::move(ready.vector));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> IngestPipeline::CleanField(const std::string& text, const std::string& field,
                                                       uint64_t& findings) const {
  if (text.empty()) return text;
  absl::StatusOr<sanitize::CleanText> clean = sanitizer_->Clean(text, chunking::Format::kPlain);
  if (!clean.ok()) return AtField(clean.status(), field);
  findings += clean->findings.size();
  return std::move(clean->text);
}

absl::Status IngestPipeline::Embed(const storage::CollectionRecord& collection, std::vector<Draft>& drafts,
                                   absl::Time deadline) const {
  const auto width = static_cast<size_t>(collection.dimension);
  std::vector<std::string> texts;
  std::vector<std::pair<size_t, size_t>> places;  // draft and chunk of each text
  for (size_t d = 0; d < drafts.size(); ++d) {
    corpus::PreparedDocument& document = drafts[d].document;
    document.vectors.resize(document.chunks.size() * width);
    for (size_t c = 0; c < document.chunks.size(); ++c) {
      if (drafts[d].given[c].empty()) {
        texts.push_back(TextToEmbed(document.title, document.chunks[c]));
        places.emplace_back(d, c);
        continue;
      }
      const absl::Status status = NormalizeInto(drafts[d].given[c], &document.vectors[c * width]);
      if (!status.ok()) return AtField(status, absl::StrCat("documents[", d, "].chunks.chunks[", c, "].vector"));
    }
  }
  if (texts.empty()) return absl::OkStatus();
  if (embedder_ == nullptr || embedder_->model_id() != collection.embedding_model) {
    const std::string why = collection.embedding_model.empty()
                                ? std::string("the collection has no embedding model; send chunks with vectors")
                                : absl::StrCat("the collection was embedded with '", collection.embedding_model,
                                               "', which this server does not run; send chunks with vectors");
    return WithReason(
        AtField(absl::FailedPreconditionError(why), absl::StrCat("documents[", places.front().first, "]")),
        "NO_EMBEDDING_MODEL");
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const absl::StatusOr<std::vector<float>> rows = embedder_->Embed(views, deadline);
  if (absl::IsInvalidArgument(rows.status())) {
    // One text spoils a batch without saying of which document it is, so each is tried alone.
    for (size_t i = 0; i < views.size(); ++i) {
      const auto alone = embedder_->Embed({views[i]}, deadline);
      if (!alone.ok()) return AtField(alone.status(), absl::StrCat("documents[", places[i].first, "]"));
    }
  }
  if (!rows.ok()) return rows.status();
  for (size_t i = 0; i < places.size(); ++i) {
    const auto [d, c] = places[i];
    std::copy_n(rows->begin() + static_cast<std::ptrdiff_t>(i * width), width,
                drafts[d].document.vectors.begin() + static_cast<std::ptrdiff_t>(c * width));
  }
  return absl::OkStatus();
}

}  // namespace usher::pipeline
