// Notices hubs: chunks that answer everything, as a text does that was made, or happens, to lie near every question.
//
// A chunk is a hub when, within a window of its collection's newest answers, it was among the first ten of at least a
// fifth of them, of ten times as many as if answers were drawn at random, and of answers to questions of at least half
// of the directions asked in. Directions are the sides of six fixed random planes through the middle of the questions
// (random hyperplanes, Charikar 2002), so that one popular question, or topic, makes no hub.
//
// Who is told: nobody by an answer. How often a chunk appears depends on what others ask and on chunks that a reader
// may not see, so a finding beside the chunk would tell readers about both, and strict answers would no longer be the
// same bytes. Hubs go into the audit log, are listed for owners of the collection, and are counted in the metrics;
// owners learn by it that many and different questions met a chunk, never whose.
//
// Guarantees: counts are exact within the window; memory is bounded by kWindow answers of each of kMaxCollections
// collections; time of one answer does not grow with either. Non-guarantees: windows are not kept over a restart, nor
// for collections that went unasked for longest; who asks very much can make or hide a hub; small collections have
// none. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_PIPELINE_HUB_WATCH_H_
#define USHER_SERVER_PIPELINE_HUB_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/vector_index.h"
#include "server/pipeline/clean_context.h"

namespace usher::pipeline {

struct Hub {
  index::RowKey key;
  std::string name;          // of the chunk
  uint64_t appearances = 0;  // in the window, when it was last seen there
  uint64_t answers = 0;      // in the window by then
};

class HubWatch {
 public:
  // A window ends after as many answers, and is judged from kMinAnswers on.
  static constexpr uint64_t kWindow = 512;
  static constexpr uint64_t kMinAnswers = 128;
  static constexpr size_t kMaxCollections = 64;

  // An answer left. `query`: of the collection's dimension; `readable`: how many chunks could have been in it. Returns
  // the hubs that this answer made known: those that were none in this window and the one before.
  std::vector<Hub> Saw(acl::CollectionId collection, absl::Span<const float> query, uint64_t readable,
                       const std::vector<CleanChunk>& chunks);

  // Of this window and the one before, most frequent first.
  std::vector<Hub> Hubs(acl::CollectionId collection) const;
  // Of all collections.
  uint64_t count() const;

 private:
  struct Tally {
    uint64_t appearances = 0;
    uint64_t directions = 0;  // bit set
  };
  struct Window {
    uint64_t answers = 0;
    uint64_t directions = 0;     // bit set
    double expected = 0;         // appearances of a chunk if answers were drawn at random
    std::vector<double> middle;  // sum of the queries
    absl::flat_hash_map<index::RowKey, Tally> tallies;
    std::map<index::RowKey, Hub> hubs;
  };
  struct State {
    Window now;
    std::map<index::RowKey, Hub> before;  // hubs of the window before
    uint64_t last_used = 0;
  };

  static uint64_t DirectionOf(absl::Span<const float> query, Window& window);
  static bool IsHub(const Tally& tally, const Window& window);
  State& StateOf(acl::CollectionId collection);

  mutable std::mutex mutex_;
  absl::flat_hash_map<acl::CollectionId, State> collections_;  // guarded by mutex_
  uint64_t uses_ = 0;                                          // guarded by mutex_
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_HUB_WATCH_H_
