#include "server/pipeline/verify.h"

#include <array>
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
    const auto [it, added] = places.try_emplace(chunk.record.document_id, documents.ids.size());
    if (added) documents.ids.push_back(chunk.record.document_id);
    documents.of_chunk.push_back(it->second);
  }
  return documents;
}

// What the rules say of one document.
struct Judgement {
  std::shared_ptr<const storage::DocumentRecord> document;  // null: gone, or of a write that is not in force yet
  bool readable = false;
};

Judgement Judge(const corpus::CurrentRules& rules, const acl::Checker& checker,
                std::optional<storage::DocumentRecord> document) {
  Judgement judgement;
  // Rules of two revisions must not be read as one.
  if (rules.collection_policy == nullptr || !document || document->revision > rules.tenant_revision) return judgement;
  judgement.readable = checker.MayRead(std::array{rules.collection_policy, &std::as_const(document->policy)});
  document->policy = acl::Policy{};
  judgement.document = std::make_shared<const storage::DocumentRecord>(*std::move(document));
  return judgement;
}

}  // namespace

absl::StatusOr<Verification> Verifier::Verify(const VerifyRequest& request, std::vector<LoadedChunk> loaded) const {
  const Documents documents = DocumentsOf(loaded);
  Verification result;
  absl::Status status = absl::InternalError("the rules could not be read");
  const auto check = [&](const corpus::CurrentRules& rules) {
    result.revision = rules.revision;
    // Read inside, so that every write in force is in the documents as well.
    auto records = store_->GetDocuments(request.collection_id, documents.ids);
    status = records.status();
    if (!status.ok()) return;
    const absl::Time now = clock_->Now();
    const acl::Checker checker(rules.groups, request.principal, now);
    std::vector<Judgement> judgements;
    for (auto& record : *records) judgements.push_back(Judge(rules, checker, std::move(record)));
    for (size_t i = 0; i < loaded.size(); ++i) {
      const Judgement& judgement = judgements[documents.of_chunk[i]];
      const bool current = judgement.document != nullptr && judgement.document->version == loaded[i].key.version;
      if (current && judgement.readable) {
        result.chunks.push_back(VerifiedChunk(std::move(loaded[i]), judgement.document));
        continue;
      }
      ++result.dropped;
      if (!current) ++result.outdated;
      // Nothing of the tenant has moved since the search, and yet the two computations disagree.
      const bool nothing_moved =
          current && rules.tenant_revision == request.searched_revision && now < request.entitled_until;
      if (nothing_moved) ++result.defects;
    }
  };
  corpus_->WithCurrentRules(request.tenant, request.collection, request.collection_id, check);
  if (!status.ok()) return status;
  return result;
}

}  // namespace usher::pipeline
