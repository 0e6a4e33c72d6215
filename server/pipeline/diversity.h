// Keeps one source from filling an answer: at most so many chunks of a document, and one of several that say the same.
// Whoever plants many texts that lie near a question gets one place for them instead of all.
//
// Guarantees: the choice depends on the chunks given alone, which the asker may read, and on their order; a chunk that
// is left out for resembling another is named beside it. Non-guarantees: texts that say the same in other words stay
// beside each other (text_sketch.h says what counts); of near-duplicates the one that the search ranked highest is
// kept, which can be the planted one; a document that is ingested in many names counts as many documents.
// Thread-safety: free functions; values.
#ifndef USHER_SERVER_PIPELINE_DIVERSITY_H_
#define USHER_SERVER_PIPELINE_DIVERSITY_H_

#include <cstddef>
#include <vector>

#include "server/pipeline/clean_context.h"

namespace usher::pipeline {

struct Diversity {
  int max_chunks_per_document = 0;  // 0: no cap
  bool collapse_near_duplicates = false;

  bool wanted() const { return max_chunks_per_document > 0 || collapse_near_duplicates; }
};

// From this estimated share of common rows of words on, two texts count as near-duplicates.
inline constexpr double kNearDuplicate = 0.6;
// Names of near-duplicates that are listed with one chunk.
inline constexpr size_t kMaxNearDuplicates = 10;

// The first `k` of `chunks` that may stand together, in order. A chunk stands for its near-duplicates among those
// before the last one kept, of which it lists the first kMaxNearDuplicates.
std::vector<CleanChunk> Diverse(std::vector<CleanChunk> chunks, const Diversity& diversity, size_t k);

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_DIVERSITY_H_
