// The fields of a sealed segment's rows, by field and value: turns a filter into the set of rows that match it.
//
// Guarantees: the answer for a row is that of FieldSet::Matches for the fields it was given. Non-guarantees: knows
// nothing of rights, nor of rows removed later; whoever scans looks at both. Thread-safety: a FieldIndex is immutable.
#ifndef USHER_INDEX_FIELDS_FIELD_INDEX_H_
#define USHER_INDEX_FIELDS_FIELD_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "index/fields/field_set.h"
#include "index/fields/filter.h"
#include "index/fields/postings.h"
#include "index/fields/row_bits.h"

namespace usher::fields {

class FieldIndex {
 public:
  // Of `rows` rows without any field.
  explicit FieldIndex(uint32_t rows = 0) : rows_(rows) {}

  uint32_t rows() const { return rows_; }
  bool empty() const { return fields_.empty(); }  // no row has a field

  // The rows that match. O(rows / 64) a node of the filter, and the rows that hold each condition.
  RowBits Evaluate(const Filter& filter) const;

  // Whether the field has a value in the interval in a row for which `wanted` returns true.
  bool AnyRow(std::string_view field, const Interval& interval, absl::FunctionRef<bool(uint32_t)> wanted) const;

  // Bytes held in memory, the table of fields itself left out.
  size_t bytes() const;

 private:
  friend class FieldIndexBuilder;

  uint32_t rows_;
  absl::flat_hash_map<std::string, Postings> fields_;
};

// A FieldIndex in the making. Thread-safety: none.
class FieldIndexBuilder {
 public:
  static constexpr uint32_t kDropped = std::numeric_limits<uint32_t>::max();

  explicit FieldIndexBuilder(uint32_t rows) : rows_(rows) {}

  // The fields of one row, once. row < rows.
  void Add(uint32_t row, const FieldSet& fields);
  // Those of all rows of another index: `places` has the new row of each of its rows, or kDropped.
  void Carry(const FieldIndex& from, absl::Span<const uint32_t> places);

  FieldIndex Build() &&;

 private:
  uint32_t rows_;
  absl::flat_hash_map<std::string, PostingsBuilder> fields_;
};

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_FIELD_INDEX_H_
