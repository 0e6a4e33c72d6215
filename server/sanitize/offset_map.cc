#include "server/sanitize/offset_map.h"

#include <algorithm>

namespace usher::sanitize {

OffsetMap OffsetMap::Identity(size_t size) {
  OffsetMap map;
  map.AppendKept(size);
  return map;
}

void OffsetMap::AppendKept(size_t bytes) {
  if (bytes == 0) return;
  const bool continues = !runs_.empty() && runs_.back().source + runs_.back().length == source_size_ &&
                         runs_.back().clean + runs_.back().length == clean_size_;
  if (continues) {
    runs_.back().length += bytes;
  } else {
    runs_.push_back({source_size_, clean_size_, bytes});
  }
  source_size_ += bytes;
  clean_size_ += bytes;
}

void OffsetMap::AppendReplaced(size_t source_bytes, size_t clean_bytes) {
  source_size_ += source_bytes;
  clean_size_ += clean_bytes;
}

size_t OffsetMap::Map(size_t offset, Side from, Side to, size_t from_size, size_t to_size) const {
  if (offset >= from_size) return to_size;
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), offset,
                                       [from](size_t value, const Run& run) { return value < run.*from; });
  if (behind == runs_.begin()) return 0;
  const Run& run = *std::prev(behind);
  return run.*to + std::min(offset - run.*from, run.length);
}

Span OffsetMap::Map(Span span, Side from, Side to, size_t from_size, size_t to_size) const {
  const size_t begin = Map(span.begin, from, to, from_size, to_size);
  if (span.end <= span.begin) return {begin, begin};
  // The end is where the last byte's image ends: behind it when it was kept, else where the next kept run starts.
  const size_t last = std::min(span.end, from_size) - 1;
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), last,
                                       [from](size_t value, const Run& run) { return value < run.*from; });
  if (behind != runs_.begin()) {
    const Run& run = *std::prev(behind);
    if (last - run.*from < run.length) return {begin, run.*to + (last - run.*from) + 1};
  }
  return {begin, std::max(begin, behind == runs_.end() ? to_size : (*behind).*to)};
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

bool OffsetMap::is_identity() const {
  if (source_size_ != clean_size_) return false;
  return source_size_ == 0 || (runs_.size() == 1 && runs_[0].length == source_size_);
}

OffsetMap OffsetMap::Compose(const OffsetMap& first, const OffsetMap& second) {
  OffsetMap map;
  auto a = first.runs_.begin();
  auto b = second.runs_.begin();
  while (a != first.runs_.end() && b != second.runs_.end()) {
    const size_t begin = std::max(a->clean, b->source);
    const size_t end = std::min(a->clean + a->length, b->source + b->length);
    if (begin < end) {
      const size_t source = a->source + (begin - a->clean);
      const size_t clean = b->clean + (begin - b->source);
      map.AppendReplaced(source - map.source_size_, clean - map.clean_size_);
      map.AppendKept(end - begin);
    }
    if (a->clean + a->length <= b->source + b->length) {
      ++a;
    } else {
      ++b;
    }
  }
  map.AppendReplaced(first.source_size_ - map.source_size_, second.clean_size_ - map.clean_size_);
  return map;
}

}  // namespace usher::sanitize
