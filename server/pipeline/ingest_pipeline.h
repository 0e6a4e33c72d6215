// How a document becomes chunks: clean the whole source, cut it by structure, embed the pieces.
//
// Guarantees: what is stored as a chunk's text, title, heading or metadata has been cleaned; positions lead back to the
// source as given; a source's chunk is no longer than the collection's chunk_max_bytes, also where cleaning made the
// text longer (several chunks then name the same range of the source). Nothing is written here. Thread-safety: all
// methods may be called concurrently.
#ifndef USHER_SERVER_PIPELINE_INGEST_PIPELINE_H_
#define USHER_SERVER_PIPELINE_INGEST_PIPELINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/policy.h"
#include "index/chunking/chunker.h"
#include "index/chunking/format.h"
#include "index/corpus/corpus.h"
#include "index/embed/embedder.h"
#include "server/sanitize/sanitizer.h"

namespace usher::pipeline {

struct SourceText {
  std::string text;
  chunking::Format format = chunking::Format::kPlain;
};

struct ReadyChunk {
  std::string text;
  std::vector<std::string> headings;
  std::vector<float> vector;       // empty: to be embedded
  std::string metadata_json = {};  // of this chunk alone; a JSON object, or empty
};

struct IncomingDocument {
  std::string id;
  std::string title;
  std::string source_uri;
  std::string metadata_json;          // a JSON object, or empty
  std::optional<acl::Policy> policy;  // canonical
  // Rules of single chunks by number, ascending, canonical; nullopt: none were given, empty or not.
  std::optional<std::vector<std::pair<uint32_t, acl::Policy>>> chunk_policies;
  bool discard_chunk_policies = false;
  std::variant<SourceText, std::vector<ReadyChunk>> content;
};

struct PreparedBatch {
  std::vector<corpus::PreparedDocument> documents;
  uint64_t chunk_count = 0;
  uint64_t finding_count = 0;
};

inline constexpr size_t kMaxChunksPerBatch = 10'000;

class IngestPipeline {
 public:
  // `embedder` may be null; both must outlive the pipeline.
  IngestPipeline(const sanitize::Sanitizer* sanitizer, const embed::Embedder* embedder)
      : sanitizer_(sanitizer), embedder_(embedder) {}

  // All documents, or the first error, which names the field of the request. FAILED_PRECONDITION when text must be
  // embedded and the collection's model is not the server's. DEADLINE_EXCEEDED soon after `deadline`: it is
  // looked at before each text that is cleaned and between the pieces of a source, not while one text is cleaned.
  absl::StatusOr<PreparedBatch> Prepare(const storage::CollectionRecord& collection,
                                        std::vector<IncomingDocument> documents, absl::Time deadline) const;

 private:
  struct Draft;

  absl::StatusOr<Draft> Clean(const storage::CollectionRecord& collection, IncomingDocument document,
                              absl::Time deadline) const;
  absl::Status CutSource(const storage::CollectionRecord& collection, const SourceText& source, absl::Time deadline,
                         Draft& draft) const;
  absl::Status TakeChunks(const storage::CollectionRecord& collection, std::vector<ReadyChunk> chunks,
                          absl::Time deadline, Draft& draft) const;
  absl::StatusOr<std::string> CleanField(const std::string& text, const std::string& field, uint64_t& findings) const;
  absl::Status Embed(const storage::CollectionRecord& collection, std::vector<Draft>& drafts,
                     absl::Time deadline) const;

  const sanitize::Sanitizer* sanitizer_;
  const embed::Embedder* embedder_;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_INGEST_PIPELINE_H_
