// The fields of rows that come one version of a document after another: what a head has before it is sealed.
//
// A copy costs a few references and keeps what the original held. Costs 24 bytes a version, or a chunk with fields of
// its own, beside the fields themselves, which are shared; nothing where there are none. Thread-safety: one thread adds
// to the original; copies may be read meanwhile by any thread that was handed them.
#ifndef USHER_INDEX_FIELDS_ROW_FIELDS_H_
#define USHER_INDEX_FIELDS_ROW_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "index/append_log.h"
#include "index/fields/field_index.h"
#include "index/fields/field_set.h"
#include "index/fields/filter.h"
#include "index/fields/row_bits.h"

namespace usher::fields {

class RowFields {
 public:
  bool empty() const { return runs_.size() == 0; }

  // Rows [first, first + count) are the chunks 0..count-1 of a version. Rows come in order and are not added twice.
  void Append(uint32_t first, uint32_t count, const VersionFields& fields);

  // Which of rows [0, rows) match; `rows` covers all that were added. O(versions), not rows.
  RowBits Evaluate(const Filter& filter, size_t rows) const;

  // As FieldIndex::AnyRow.
  bool AnyRow(std::string_view field, const Interval& interval, absl::FunctionRef<bool(uint32_t)> wanted) const;

  // Calls `visit` with the rows [first, first + count) that share fields.
  void ForEach(absl::FunctionRef<void(uint32_t first, uint32_t count, const FieldSet&)> visit) const;

 private:
  struct Run {
    uint32_t first = 0;
    uint32_t count = 0;
    FieldSetPtr fields;
  };

  void Add(uint32_t first, uint32_t count, const FieldSetPtr& fields);

  // In small blocks, so that a collection of a few documents costs little.
  index::AppendLog<Run, 64> runs_;  // of rows with fields
};

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_ROW_FIELDS_H_
