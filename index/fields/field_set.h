// The fields of one row with their values, packed: what a document's metadata says, ready to be asked.
//
// Costs 8 bytes a value beside the bytes of names and terms, in two allocations. Rows of one document share one.
// Thread-safety: immutable once made.
#ifndef USHER_INDEX_FIELDS_FIELD_SET_H_
#define USHER_INDEX_FIELDS_FIELD_SET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/types/span.h"
#include "index/fields/filter.h"
#include "index/fields/term.h"

namespace usher::fields {

class FieldSet {
 public:
  FieldSet() = default;
  // Pairs of field and term; neither is longer than 65,535 bytes.
  explicit FieldSet(const absl::btree_set<std::pair<std::string, std::string>>& values);

  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }  // values, of all fields
  // i < size(). Sorted by field, then by term; no pair twice. Valid as long as the set.
  std::string_view field(size_t i) const;
  std::string_view term(size_t i) const;

  // Whether one of the field's values is in one of the intervals, which are sorted and apart from each other.
  bool Holds(std::string_view field, absl::Span<const Interval> intervals) const;
  bool Matches(const Filter& filter) const;

 private:
  struct Entry {
    uint32_t begin = 0;  // of the field's name in bytes_; the term follows it
    uint16_t field_size = 0;
    uint16_t term_size = 0;
  };

  size_t FirstOf(std::string_view field) const;

  std::vector<Entry> entries_;
  std::string bytes_;
};

// Null stands for no fields at all.
using FieldSetPtr = std::shared_ptr<const FieldSet>;

// The fields of all chunks of one version of a document.
struct VersionFields {
  FieldSetPtr shared;                                 // of chunks that are not in `own`
  std::vector<std::pair<uint32_t, FieldSetPtr>> own;  // by chunk number, ascending

  const FieldSetPtr& Of(uint32_t number) const;
};

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_FIELD_SET_H_
