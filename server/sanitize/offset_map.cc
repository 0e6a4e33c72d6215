#include "server/sanitize/offset_map.h"

#include <algorithm>
#include <utility>

namespace usher::sanitize {

OffsetMap OffsetMap::Identity(size_t size) {
  OffsetMap map;
  map.AppendKept(size);
  return map;
}

void OffsetMap::AppendKept(size_t bytes) {
  if (bytes == 0) return;
  if (runs_.empty() || !runs_.back().kept) runs_.push_back({source_size_, clean_size_, true});
  source_size_ += bytes;
  clean_size_ += bytes;
}

void OffsetMap::AppendReplaced(size_t source_bytes, size_t clean_bytes) {
  if (source_bytes == 0 && clean_bytes == 0) return;
  // All offsets in neighbouring removals map to the same place, so that one run says it.
  const bool continues_removal =
      clean_bytes == 0 && !runs_.empty() && !runs_.back().kept && runs_.back().clean == clean_size_;
  if (!continues_removal) runs_.push_back({source_size_, clean_size_, false});
  source_size_ += source_bytes;
  clean_size_ += clean_bytes;
}

size_t OffsetMap::EndOf(size_t index, Side side, size_t size) const {
  return index + 1 < runs_.size() ? runs_[index + 1].*side : size;
}

size_t OffsetMap::Map(size_t offset, Side from, Side to, size_t from_size, size_t to_size) const {
  if (offset >= from_size) return to_size;
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), offset,
                                       [from](size_t value, const Run& run) { return value < run.*from; });
  const Run& run = *std::prev(behind);
  return run.kept ? run.*to + (offset - run.*from) : run.*to;
}

Span OffsetMap::Map(Span span, Side from, Side to, size_t from_size, size_t to_size) const {
  const size_t begin = Map(span.begin, from, to, from_size, to_size);
  if (span.end <= span.begin || span.begin >= from_size) return {begin, begin};
  // The end is where the last byte's image ends: behind it when it was kept, else behind all that its run became.
  const size_t last = std::min(span.end, from_size) - 1;
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), last,
                                       [from](size_t value, const Run& run) { return value < run.*from; });
  const Run& run = *std::prev(behind);
  if (run.kept) return {begin, run.*to + (last - run.*from) + 1};
  return {begin, EndOf(static_cast<size_t>(behind - runs_.begin()) - 1, to, to_size)};
}

size_t OffsetMap::ToClean(size_t source) const {
  return Map(source, &Run::source, &Run::clean, source_size_, clean_size_);
}

size_t OffsetMap::ToSource(size_t clean) const {
  return Map(clean, &Run::clean, &Run::source, clean_size_, source_size_);
}

Span OffsetMap::ToClean(Span source) const {
  return source_size_ == 0 ? Span{0, clean_size_} : Map(source, &Run::source, &Run::clean, source_size_, clean_size_);
}

Span OffsetMap::ToSource(Span clean) const {
  return clean_size_ == 0 ? Span{0, source_size_} : Map(clean, &Run::clean, &Run::source, clean_size_, source_size_);
}

Span OffsetMap::ShareOf(Span source) const {
  // What was inserted before the first byte has no piece before it to belong to.
  const size_t begin = source.begin == 0 ? 0 : ToClean(source.begin);
  return {begin, std::max(begin, source.end == 0 ? 0 : ToClean(source.end))};
}

bool OffsetMap::is_identity() const { return runs_.empty() || (runs_.size() == 1 && runs_.front().kept); }

// Walks the text between two passes once, with the run of each pass that holds the place it is at.
class OffsetMap::Composer {
 public:
  Composer(const OffsetMap& first, const OffsetMap& second)
      : first_(first, &Run::clean, first.clean_size_), second_(second, &Run::source, second.source_size_) {}

  OffsetMap Compose() && {
    while (TakeEmpty() || TakeBytes()) {
    }
    Flush();
    return std::move(map_);
  }

 private:
  // The run of one map that holds the place; `middle` is the map's side in the text between the passes.
  class Cursor {
   public:
    Cursor(const OffsetMap& map, Side middle, size_t middle_size)
        : map_(map), middle_(middle), middle_size_(middle_size) {
      Enter();
    }

    bool done() const { return index_ == map_.runs_.size(); }
    size_t left() const { return left_; }
    bool kept() const { return map_.runs_[index_].kept; }
    // True when the place is inside a replaced run, behind its first byte.
    bool inside_replaced() const { return !done() && !kept() && begun_; }
    bool empty_run() const { return !done() && !begun_ && left_ == 0; }
    size_t source_bytes() const { return map_.EndOf(index_, &Run::source, map_.source_size_) - run().source; }
    size_t clean_bytes() const { return map_.EndOf(index_, &Run::clean, map_.clean_size_) - run().clean; }

    void Skip(size_t bytes) {
      left_ -= bytes;
      begun_ = true;
    }
    void Leave() {
      ++index_;
      Enter();
    }

   private:
    const Run& run() const { return map_.runs_[index_]; }
    void Enter() {
      begun_ = false;
      left_ = done() ? 0 : map_.EndOf(index_, middle_, middle_size_) - run().*middle_;
    }

    const OffsetMap& map_;
    const Side middle_;
    const size_t middle_size_;
    size_t index_ = 0;
    size_t left_ = 0;
    bool begun_ = false;
  };

  // What the first pass removed, and what the second one inserted, takes no room between them.
  bool TakeEmpty() {
    if (first_.empty_run()) {
      source_ += first_.source_bytes();
      first_.Leave();
      if (!second_.inside_replaced()) Flush();
      return true;
    }
    if (second_.empty_run()) {
      clean_ += second_.clean_bytes();
      second_.Leave();
      if (!first_.inside_replaced()) Flush();
      return true;
    }
    return false;
  }

  // Goes on to where a run of either pass ends.
  bool TakeBytes() {
    if (first_.done() || second_.done()) return false;
    const size_t bytes = std::min(first_.left(), second_.left());
    const bool first_kept = first_.kept();
    const bool second_kept = second_.kept();
    if (first_kept && second_kept) {
      map_.AppendKept(bytes);
    } else if (first_kept) {
      source_ += bytes;
    } else if (second_kept) {
      clean_ += bytes;
    }
    if (!second_kept && !second_.inside_replaced()) cuts_first_ = first_.inside_replaced();
    first_.Skip(bytes);
    second_.Skip(bytes);
    const bool first_ends = first_.left() == 0;
    const bool second_ends = second_.left() == 0;
    if (first_ends) {
      if (!first_kept) source_ += first_.source_bytes();
      first_.Leave();
    }
    if (second_ends) {
      if (!second_kept) clean_ += second_.clean_bytes();
      second_.Leave();
    }
    // Replacements of both passes that overlap become one run. In a chain of them each end of the first pass's runs
    // ends one, or a hostile text could join all of them to a single run.
    if (!first_.inside_replaced() && (!second_.inside_replaced() || cuts_first_)) Flush();
    return true;
  }

  void Flush() {
    map_.AppendReplaced(source_, clean_);
    source_ = 0;
    clean_ = 0;
  }

  Cursor first_;
  Cursor second_;
  OffsetMap map_;
  size_t source_ = 0;  // of the composed run that is being put together
  size_t clean_ = 0;
  bool cuts_first_ = false;  // the second pass's replaced run began inside one of the first pass
};

OffsetMap OffsetMap::Compose(const OffsetMap& first, const OffsetMap& second) {
  return Composer(first, second).Compose();
}

}  // namespace usher::sanitize
