// The last word on what may leave: every loaded chunk is checked once more, by reading the rules themselves as they are
// now.
//
// This is the second of two independent computations (the first is the bitset inside the search). Only this step can
// make a VerifiedChunk, and only a VerifiedChunk can be cleaned and sent, so code that would send an unverified chunk
// does not compile. Thread-safety: free function; values.
#ifndef USHER_SERVER_PIPELINE_VERIFY_H_
#define USHER_SERVER_PIPELINE_VERIFY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "acl/asker.h"
#include "acl/clock.h"
#include "acl/policy.h"
#include "index/corpus/corpus.h"
#include "index/storage/records.h"
#include "index/storage/store.h"
#include "index/vector_index.h"
#include "server/pipeline/clean_fields.h"

namespace usher::pipeline {

// What the search named and the store gave: not yet allowed to leave.
struct LoadedChunk {
  index::RowKey key;
  float score = 0;
  storage::ChunkRecord record;                        // empty if `kept` is not null
  size_t query = 0;                                   // of those asked together, the one that found it
  std::shared_ptr<const CleanFields> kept = nullptr;  // from when it was cleaned before

  const std::string& document_id() const { return kept ? kept->document_id : record.document_id; }
};

class Verifier;

class VerifiedChunk {
 public:
  const index::RowKey& key() const { return chunk_.key; }
  float score() const { return chunk_.score; }
  // Empty if kept() is not null.
  const storage::ChunkRecord& record() const { return chunk_.record; }
  const std::shared_ptr<const CleanFields>& kept() const { return chunk_.kept; }
  size_t query() const { return chunk_.query; }
  // Without its policies: whoever comes later has no use for rules.
  const storage::DocumentRecord& document() const { return *document_; }
  // What reading the chunk takes, over all nodes it lies in.
  const acl::Label& label() const { return label_; }

 private:
  friend class Verifier;
  VerifiedChunk(LoadedChunk chunk, std::shared_ptr<const storage::DocumentRecord> document, acl::Label label)
      : chunk_(std::move(chunk)), document_(std::move(document)), label_(std::move(label)) {}

  LoadedChunk chunk_;
  std::shared_ptr<const storage::DocumentRecord> document_;
  acl::Label label_;
};

struct Verification {
  std::vector<VerifiedChunk> chunks;  // in the order given
  size_t dropped = 0;                 // chunks that may not leave
  size_t outdated = 0;                // of these, chunks whose document was replaced or deleted since they were loaded
  size_t defects = 0;                 // of those dropped, chunks that the search should never have let through
  acl::Revision revision;             // of the rules that were read
  acl::CollectionId collection_id;    // of the chunks
  storage::TrustTier trust_tier = storage::TrustTier::kUnverified;  // of the collection
  bool strict_search = true;  // of the collection: its answers must depend on nothing else
};

// What the answer is for, and what was known when it was searched.
struct VerifyRequest {
  std::string_view tenant;
  const acl::Asker& asker;
  std::string_view collection;
  acl::CollectionId collection_id;
  acl::Revision searched_revision;  // of the tenant
  absl::Time entitled_until;        // the entitlement itself said no more after this instant
};

class Verifier {
 public:
  // All must outlive the verifier.
  Verifier(const corpus::Corpus* corpus, const storage::Store* store, const acl::Clock* clock)
      : corpus_(corpus), store_(store), clock_(clock) {}

  // Errors are those of the store; then nothing may leave.
  absl::StatusOr<Verification> Verify(const VerifyRequest& request, std::vector<LoadedChunk> loaded) const;

 private:
  const corpus::Corpus* corpus_;
  const storage::Store* store_;
  const acl::Clock* clock_;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_VERIFY_H_
