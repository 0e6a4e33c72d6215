#include "server/pipeline/diversity.h"

#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace usher::pipeline {
namespace {

// The kept chunk that the other one resembles most, if any enough; else null.
CleanChunk* Resembled(std::vector<CleanChunk>& kept, const CleanChunk& other) {
  CleanChunk* best = nullptr;
  double most = kNearDuplicate;
  for (CleanChunk& chunk : kept) {
    const double resemblance = chunk.fields->sketch.Resemblance(other.fields->sketch);
    if (resemblance < most || (best != nullptr && resemblance == most)) continue;
    most = resemblance;
    best = &chunk;
  }
  return best;
}

}  // namespace

std::vector<CleanChunk> Diverse(std::vector<CleanChunk> chunks, const Diversity& diversity, size_t k) {
  std::vector<CleanChunk> kept;
  absl::flat_hash_map<std::string_view, int> of_document;  // names live in the fields, which `kept` shares
  for (CleanChunk& chunk : chunks) {
    if (kept.size() >= k) break;
    if (diversity.collapse_near_duplicates) {
      if (CleanChunk* const resembled = Resembled(kept, chunk)) {
        if (resembled->near_duplicates.size() < kMaxNearDuplicates) {
          resembled->near_duplicates.push_back(chunk.fields->name);
        }
        continue;
      }
    }
    int& taken = of_document[chunk.fields->document_id];
    if (diversity.max_chunks_per_document > 0 && taken >= diversity.max_chunks_per_document) continue;
    ++taken;
    kept.push_back(std::move(chunk));
  }
  return kept;
}

}  // namespace usher::pipeline
