#include "server/sanitize/external/score_cache.h"

namespace usher::sanitize::external {

std::optional<double> ScoreCache::Find(const std::string& digest, absl::Time now) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(digest);
  if (found == places_.end()) return std::nullopt;
  const auto entry = found->second;
  if (now - entry->kept > max_age_) {
    places_.erase(found);
    entries_.erase(entry);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->score;
}

void ScoreCache::Keep(const std::string& digest, double score, absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(digest); found != places_.end()) {
    entries_.erase(found->second);
    places_.erase(found);
  }
  entries_.push_front({digest, score, now});
  places_[digest] = entries_.begin();
  if (entries_.size() <= capacity_) return;
  places_.erase(entries_.back().digest);
  entries_.pop_back();
}

}  // namespace usher::sanitize::external
