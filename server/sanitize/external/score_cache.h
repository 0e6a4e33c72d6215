// Scores of texts that were judged already, by the texts' digests.
//
// Guarantees: never more than `capacity` scores, the one not used for longest goes first; none older than `max_age` is
// found. Holds digests, no text. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_SCORE_CACHE_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_SCORE_CACHE_H_

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace usher::sanitize::external {

class ScoreCache {
 public:
  ScoreCache(size_t capacity, absl::Duration max_age) : capacity_(capacity), max_age_(max_age) {}

  std::optional<double> Find(const std::string& digest, absl::Time now);
  void Keep(const std::string& digest, double score, absl::Time now);

 private:
  struct Entry {
    std::string digest;
    double score;
    absl::Time kept;
  };

  const size_t capacity_;
  const absl::Duration max_age_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // last used first; guarded by mutex_, as what follows
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> places_;
};

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_SCORE_CACHE_H_
