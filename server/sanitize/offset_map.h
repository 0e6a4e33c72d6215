// Where each byte of a text went when it was edited, and where each byte of the result came from.
//
// Guarantees: both directions are monotone; a kept byte maps exactly, there and back; lookups take O(log edits); the
// map of two passes in a row is Compose of their maps. An offset inside a replaced range maps to the start of what it
// became; replacements that touch stay apart, so that a text in which everything was replaced can still be cut.
// Non-guarantees: where a replacement of the second pass begins or ends inside one of the first, Compose attributes it
// to a neighbouring range of the source. Thread-safety: immutable after construction, apart from the Append methods.
#ifndef USHER_SERVER_SANITIZE_OFFSET_MAP_H_
#define USHER_SERVER_SANITIZE_OFFSET_MAP_H_

#include <cstddef>
#include <vector>

namespace usher::sanitize {

// Bytes [begin, end).
struct Span {
  size_t begin = 0;
  size_t end = 0;

  size_t size() const { return end - begin; }
  friend bool operator==(const Span&, const Span&) = default;
};

class OffsetMap {
 public:
  // The map of two empty texts; grow it from left to right with the Append methods.
  OffsetMap() = default;

  // The map of a text of `size` bytes to itself.
  static OffsetMap Identity(size_t size);

  void AppendKept(size_t bytes);
  void AppendReplaced(size_t source_bytes, size_t clean_bytes);

  // Offset in the other text. Offsets past the end map to the end.
  size_t ToClean(size_t source) const;
  size_t ToSource(size_t clean) const;

  // The bytes of the other text that come from any byte of `span`; a range that was removed is an empty span.
  Span ToClean(Span source) const;
  // The bytes of the source that any byte of `span` came from.
  Span ToSource(Span clean) const;
  // The bytes of the clean text that a piece of the source stands for: pieces that partition the source get shares that
  // partition the clean text. A replacement whose source is cut belongs to the piece that holds its end.
  Span ShareOf(Span source) const;

  size_t source_size() const { return source_size_; }
  size_t clean_size() const { return clean_size_; }
  bool is_identity() const;

  // The map that leads from the source of `first` to the result of `second`. Requires first.clean_size() ==
  // second.source_size(). Linear in the edits of both.
  static OffsetMap Compose(const OffsetMap& first, const OffsetMap& second);

 private:
  // A stretch that was kept, or became something else as a whole; it ends where the next run, or the text, does.
  struct Run {
    size_t source;
    size_t clean;
    bool kept;
  };
  using Side = size_t Run::*;
  class Composer;

  // Where run `index` ends on one side, given that side's total size.
  size_t EndOf(size_t index, Side side, size_t size) const;
  size_t Map(size_t offset, Side from, Side to, size_t from_size, size_t to_size) const;
  Span Map(Span span, Side from, Side to, size_t from_size, size_t to_size) const;

  std::vector<Run> runs_;  // ascending on both sides, without gaps
  size_t source_size_ = 0;
  size_t clean_size_ = 0;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_OFFSET_MAP_H_
