#include "server/pipeline/verify.h"

#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "acl/check.h"

namespace usher::pipeline {

namespace {

// The documents of the chunks, each once, and which of them each chunk is of.
struct Documents {
  std::vector<std::string> ids;
  std::vector<size_t> of_chunk;
};

Documents DocumentsOf(const std::vector<LoadedChunk>& loaded) {
  Documents documents;
  absl::flat_hash_map<std::string, size_t> places;
  for (const LoadedChunk& chunk : loaded) {
    const auto [it, added] = places.try_emplace(chunk.document_id(), documents.ids.size());
    if (added) documents.ids.push_back(chunk.document_id());
    documents.of_chunk.push_back(it->second);
  }
  return documents;
}

// A document as it is stored, if it belongs to the rules in force; null: it is gone, or of a write that is not in force
// yet.
std::shared_ptr<storage::DocumentRecord> Keep(const corpus::CurrentRules& rules,
                                              std::optional<storage::DocumentRecord> record) {
  // Rules of two revisions must not be read as one.
  if (!record || record->revision > rules.tenant_revision()) return nullptr;
  return std::make_shared<storage::DocumentRecord>(*std::move(record));
}

// Whoever comes later has no use for rules.
void ForgetRules(const std::vector<std::shared_ptr<storage::DocumentRecord>>& documents) {
  for (const std::shared_ptr<storage::DocumentRecord>& document : documents) {
    if (document == nullptr) continue;
    document->policy = acl::Policy();
    document->chunk_policies.clear();
  }
}

bool MayLeave(const corpus::CurrentRules& rules, const acl::Checker& checker, const storage::DocumentRecord& document,
              uint32_t chunk) {
#ifdef USHER_WITHOUT_FRESHNESS_CHECK  // only for the proof that the race tests can fail
  if (chunk < document.chunk_count) return true;
#endif
  return rules.MayRead(checker, document, chunk);
}

}  // namespace

absl::StatusOr<Verification> Verifier::Verify(const VerifyRequest& request, std::vector<LoadedChunk> loaded) const {
  const Documents documents = DocumentsOf(loaded);
  Verification result;
  result.chunks.reserve(loaded.size());
  result.collection_id = request.collection_id;
  absl::Status status = absl::InternalError("the rules could not be read");
  const auto check = [&](const corpus::CurrentRules& rules) {
    result.revision = rules.revision();
    result.trust_tier = rules.trust_tier();
    result.strict_search = rules.strict_search();
    // Read inside, so that every write in force is in the documents as well.
    auto records = store_->GetDocuments(request.collection_id, documents.ids);
    status = records.status();
    if (!status.ok()) return;
    const absl::Time now = clock_->Now();
    const acl::Checker checker = rules.CheckerFor(request.asker, now);
    std::vector<std::shared_ptr<storage::DocumentRecord>> stored;
    stored.reserve(records->size());
    for (auto& record : *records) stored.push_back(Keep(rules, std::move(record)));
    for (size_t i = 0; i < loaded.size(); ++i) {
      const std::shared_ptr<storage::DocumentRecord>& document = stored[documents.of_chunk[i]];
      const index::RowKey key = loaded[i].key;
      const bool current = document != nullptr && document->version == key.version;
      if (current && MayLeave(rules, checker, *document, key.number)) {
        result.chunks.push_back(VerifiedChunk(std::move(loaded[i]), document, rules.LabelOf(*document, key.number)));
        continue;
      }
      ++result.dropped;
      if (!current) ++result.outdated;
      // Nothing of the tenant has moved since the search, and yet the two computations disagree.
      const bool nothing_moved =
          current && rules.tenant_revision() == request.searched_revision && now < request.entitled_until;
      if (nothing_moved) ++result.defects;
    }
    ForgetRules(stored);
  };
  corpus_->WithCurrentRules(request.tenant, request.collection, request.collection_id, check);
  if (!status.ok()) return status;
  return result;
}

}  // namespace usher::pipeline
