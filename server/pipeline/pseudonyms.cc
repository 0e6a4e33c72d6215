// What pseudonyms in a chunk stand for: the chunk is read and verified as for GetChunks, but not cleaned.
#include "server/pipeline/query_pipeline.h"
#include "server/pipeline/steps.h"

namespace usher::pipeline {

absl::StatusOr<std::map<std::string, std::string>> QueryPipeline::Pseudonyms(const Visit& visit,
                                                                             const ChunksQuestion& question) {
  Plan plan;
  for (uint32_t reruns = 0; reruns <= kMaxReruns; ++reruns) {
    absl::StatusOr<Verification> verified = ReadNamed({}, visit, question, "", plan);
    if (!verified.ok()) return verified.status();
    if (verified->outdated > 0) {
      if (absl::Status status = parts_.corpus->AwaitStore(visit.ticket.deadline()); !status.ok()) return status;
      continue;
    }
    if (verified->chunks.empty()) return absl::NotFoundError("there is no such chunk, or you may not read it");
    std::map<std::string, std::string> known;
    const auto look = [&](std::string_view text) {
      known.merge(parts_.policies->PseudonymsIn(visit.caller.tenant(), question.collection, text));
    };
    for (const VerifiedChunk& chunk : verified->chunks) {
      look(chunk.record().text);
      look(chunk.record().metadata_json);
      for (const std::string& heading : chunk.record().headings) look(heading);
      look(chunk.document().title);
      look(chunk.document().source_uri);
      look(chunk.document().metadata_json);
    }
    return known;
  }
  return Overtaken();
}

}  // namespace usher::pipeline
