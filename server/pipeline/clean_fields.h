// What leaves of a chunk, cleaned, whoever asks.
//
// Thread-safety: values.
#ifndef USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_
#define USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acl/ids.h"
#include "index/storage/records.h"
#include "server/pipeline/text_sketch.h"
#include "server/sanitize/finding.h"

namespace usher::pipeline {

// A finding on its way out.
struct ChunkFinding {
  std::string field;  // "" for the text; else `name`, `title`, `headings`, `source_uri` or `metadata`
  // For other fields than the text, source positions are 0, and text positions are those in the field's value as it
  // leaves, or 0 for `headings` and `metadata`, which hold several values.
  storage::FindingRecord record;
};

struct CleanFields {
  std::string document_id;
  std::string name;  // collections/.../documents/.../chunks/...
  std::string text;
  std::string title;
  std::vector<std::string> headings;
  std::string source_uri;
  std::string metadata_json;  // of the document and the chunk
  uint64_t source_begin = 0;
  uint64_t source_end = 0;
  std::vector<ChunkFinding> findings;

  // The policy keeps the chunk back, for what is in any of its fields.
  bool quarantined() const;
  // Findings of planted strings.
  size_t canaries() const;

  // A chunk never changes, but its document's record may: title, URI and metadata are those of this revision.
  acl::Revision document_revision;
  std::string stored_metadata_json;  // of the chunk alone, not cleaned
  TextSketch sketch;                 // of `text`
  size_t chunk_findings = 0;         // the first of `findings`: those that do not come from the document's record
};

inline bool CleanFields::quarantined() const {
  return std::any_of(findings.begin(), findings.end(), [](const ChunkFinding& finding) {
    return finding.record.action == static_cast<uint8_t>(sanitize::Action::kQuarantine);
  });
}

inline size_t CleanFields::canaries() const {
  return static_cast<size_t>(std::count_if(findings.begin(), findings.end(), [](const ChunkFinding& finding) {
    return finding.record.kind == static_cast<uint8_t>(sanitize::Kind::kCanary);
  }));
}

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_
