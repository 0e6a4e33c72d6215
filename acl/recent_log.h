// The most recent of a sequence of changes, so that what was derived from an older state can be brought forward.
//
// Guarantee: bounded; what does not fit any more is forgotten from the oldest on, and asking for it says so.
// Thread-safety: as a container.
#ifndef USHER_ACL_RECENT_LOG_H_
#define USHER_ACL_RECENT_LOG_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace usher::acl {

template <typename Change>
class RecentLog {
 public:
  // Keeps up to `max_bytes`, as told by the calls of Add.
  explicit RecentLog(size_t max_bytes) : max_bytes_(max_bytes) {}

  void Add(Change change, size_t bytes) {
    entries_.push_back({std::move(change), bytes});
    bytes_ += bytes;
    ++end_;
    for (; bytes_ > max_bytes_; entries_.pop_front()) bytes_ -= entries_.front().bytes;
  }

  // How many changes there ever were: the position after the last.
  uint64_t end() const { return end_; }
  // Whether every change from position `since` on is still known.
  bool Reaches(uint64_t since) const { return end_ - since <= entries_.size(); }
  // `position` must be known and before end().
  const Change& At(uint64_t position) const { return entries_[entries_.size() - (end_ - position)].change; }

 private:
  struct Entry {
    Change change;
    size_t bytes;
  };
  const size_t max_bytes_;
  std::deque<Entry> entries_;
  size_t bytes_ = 0;
  uint64_t end_ = 0;
};

}  // namespace usher::acl

#endif  // USHER_ACL_RECENT_LOG_H_
