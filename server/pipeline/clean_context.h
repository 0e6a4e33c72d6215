// Verified chunks, cleaned: what a language model may be handed.
//
// The text was cleaned when it was ingested; it is cleaned again here under the rules of now, so that text stored under
// older rules does not leave as it is; what this program has cleaned already it does not clean once more. Findings say
// in which field they were made, because an order in a title is read by a model as much as one in the text.
// Non-guarantee: the name of a chunk must lead back to it, so it leaves as it is; what is found in it is labelled only.
// Thread-safety: free functions; values.
#ifndef USHER_SERVER_PIPELINE_CLEAN_CONTEXT_H_
#define USHER_SERVER_PIPELINE_CLEAN_CONTEXT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "acl/policy.h"
#include "index/storage/records.h"
#include "server/pipeline/clean_fields.h"
#include "server/pipeline/verify.h"
#include "server/sanitize/output_form.h"
#include "server/sanitize/sanitizer.h"

namespace usher::pipeline {

using sanitize::OutputForm;

struct CleanChunk {
  std::shared_ptr<const CleanFields> fields;  // never null
  index::RowKey key = {};
  float score = 0;
  acl::Label label = {};  // what reading the chunk takes, over all nodes it lies in
  storage::TrustTier trust = storage::TrustTier::kUnverified;
  std::vector<std::string> near_duplicates = {};  // names of the chunks that it stands for, besides itself
  std::string marked = {};                        // the text in its form; empty in plain form

  const std::string& text() const { return marked.empty() ? fields->text : marked; }
};

class CleanContext {
 public:
  const std::vector<CleanChunk>& chunks() const { return chunks_; }
  // Of the marker lines; empty unless the form is kDelimited.
  const std::string& boundary() const { return boundary_; }
  // Before each word; empty unless the form is kDatamarked.
  const std::string& marker() const { return marker_; }
  // For the system prompt of the application; names the boundary or marker.
  const std::string& instructions() const { return instructions_; }
  uint64_t finding_count() const;

 private:
  friend absl::StatusOr<CleanContext> MarkChunks(std::vector<CleanChunk> chunks, OutputForm form);
  CleanContext() = default;

  std::vector<CleanChunk> chunks_;
  std::string boundary_;
  std::string marker_;
  std::string instructions_;
};

// What would leave of a stored chunk, for counting and never for handing out: nobody has verified it.
absl::StatusOr<CleanFields> CleanStored(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                                        const storage::DocumentRecord& document, uint32_t number,
                                        const storage::ChunkRecord& record);

// In the order given, not marked yet. Fails rather than lets a text leave that could not be cleaned.
absl::StatusOr<std::vector<CleanChunk>> CleanChunks(const sanitize::Sanitizer& sanitizer, std::string_view collection,
                                                    const std::vector<VerifiedChunk>& chunks, storage::TrustTier trust);

// Gives the chunks of one answer their form.
absl::StatusOr<CleanContext> MarkChunks(std::vector<CleanChunk> chunks, OutputForm form);

// A finding in a text as it is stored.
storage::FindingRecord ToRecord(const sanitize::Finding& finding);

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_CLEAN_CONTEXT_H_
