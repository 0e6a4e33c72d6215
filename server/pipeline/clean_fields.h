// What leaves of a chunk, cleaned, whoever asks.
//
// Thread-safety: values.
#ifndef USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_
#define USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acl/ids.h"
#include "index/storage/records.h"
#include "server/pipeline/text_sketch.h"

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

  // A chunk never changes, but its document's record may: title, URI and metadata are those of this revision.
  acl::Revision document_revision;
  std::string stored_metadata_json;  // of the chunk alone, not cleaned
  TextSketch sketch;                 // of `text`
  size_t chunk_findings = 0;         // the first of `findings`: those that do not come from the document's record
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_CLEAN_FIELDS_H_
