#include "server/pipeline/verify.h"

#include <array>
#include <optional>

#include "acl/check.h"

namespace usher::pipeline {

absl::StatusOr<Verification> Verifier::Verify(const VerifyRequest& request, std::vector<LoadedChunk> loaded) const {
  std::vector<std::string> ids;
  ids.reserve(loaded.size());
  for (const LoadedChunk& chunk : loaded) ids.push_back(chunk.record.document_id);

  Verification result;
  absl::Status status = absl::InternalError("the rules could not be read");
  corpus_->WithCurrentRules(
      request.tenant, request.collection, request.collection_id, [&](const corpus::CurrentRules& rules) {
        result.revision = rules.revision;
        // Read inside, so that every write in force is in the documents as well.
        auto documents = store_->GetDocuments(request.collection_id, ids);
        status = documents.status();
        if (!status.ok()) return;
        const absl::Time now = clock_->Now();
        const acl::Checker checker(rules.groups, request.principal, now);
        for (size_t i = 0; i < loaded.size(); ++i) {
          std::optional<storage::DocumentRecord>& document = (*documents)[i];
          const bool current =
              rules.collection_policy != nullptr && document && document->version == loaded[i].key.version;
          if (current && checker.MayRead(std::array{rules.collection_policy, &std::as_const(document->policy)})) {
            result.chunks.push_back(VerifiedChunk(std::move(loaded[i]), *std::move(document)));
            continue;
          }
          ++result.dropped;
          if (!current) ++result.outdated;
          // Nothing has moved since the search, and yet the two computations disagree.
          const bool nothing_moved = current && rules.revision == request.searched_revision &&
                                     document->revision <= request.searched_revision && now < request.entitled_until;
          if (nothing_moved) ++result.defects;
        }
      });
  if (!status.ok()) return status;
  return result;
}

}  // namespace usher::pipeline
