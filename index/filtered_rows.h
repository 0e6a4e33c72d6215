// The rows of one part of the index that match a filter and that an entitlement may read, now.
//
// Guarantees: exact, by the class that each row has in the part as it is given; whether a filter is in order is decided
// by such rows alone, so that rows that may not be read look like rows that do not exist. Thread-safety: free
// functions.
#ifndef USHER_INDEX_FILTERED_ROWS_H_
#define USHER_INDEX_FILTERED_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "index/fields/filter.h"
#include "index/fields/row_bits.h"
#include "index/head.h"
#include "index/search_budget.h"
#include "index/segment.h"

namespace usher::index {

struct FilteredRows {
  fields::RowBits bits;  // one a row of the part
  uint64_t count = 0;    // of bits that are set
};

FilteredRows MatchRows(const Head& head, const fields::Filter& filter, const acl::Entitlement& entitlement);
FilteredRows MatchRows(const SegmentView& segment, const fields::Filter& filter, const acl::Entitlement& entitlement);

// INVALID_ARGUMENT at the first condition (index/status_field.h) on a field that is not declared and that no row which
// may be read has, with the reason UNKNOWN_FIELD, or has with values of other kinds only, FIELD_TYPE_MISMATCH. Errors
// of the budget, which is looked at before each condition.
absl::Status CheckFields(const fields::Filter& filter, absl::Span<const Head> heads,
                         absl::Span<const SegmentView> segments, const acl::Entitlement& entitlement,
                         const SearchBudget& budget);

}  // namespace usher::index

#endif  // USHER_INDEX_FILTERED_ROWS_H_
