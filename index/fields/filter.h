// A condition on metadata fields, as a tree: what a search asks of rows beside being near.
//
// A row holds a set of values for each field. A condition on a field is a set of values, written as intervals of terms
// (term.h); it holds if one of the row's values is in the set. Guarantees: conditions on a field that a row does not
// have do not hold, their negation does. Non-guarantees: nothing here bounds the size of a tree; whoever takes one from
// outside does. Thread-safety: plain values.
#ifndef USHER_INDEX_FIELDS_FILTER_H_
#define USHER_INDEX_FIELDS_FILTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/fields/term.h"

namespace usher::fields {

// Terms t with begin <= t < end.
struct Interval {
  std::string begin;
  std::string end;
};

// An end of a range of values.
struct Bound {
  std::string term;
  bool inclusive = true;
};

struct Filter {
  enum class Op : uint8_t { kAll, kAny, kNone, kHolds };

  Op op = Op::kAll;
  std::vector<Filter> parts = {};  // of kAll, kAny, kNone

  // Of kHolds.
  std::string field = {};
  std::vector<Interval> intervals = {};  // sorted, apart from each other
  std::optional<Kind> kind = {};         // of the values compared with; none: any value will do
  bool declared = false;                 // the collection says that there is such a field
  std::string at = {};                   // where the request has this condition, for errors

  // `terms`: at least one, all of one kind.
  static Filter In(std::string field, std::vector<std::string> terms);
  // At least one bound; both of one kind.
  static Filter Between(std::string field, std::optional<Bound> lower, std::optional<Bound> upper);
  static Filter Exists(std::string field);
  static Filter All(std::vector<Filter> parts) { return {Op::kAll, std::move(parts)}; }
  static Filter Any(std::vector<Filter> parts) { return {Op::kAny, std::move(parts)}; }
  static Filter None(std::vector<Filter> parts) { return {Op::kNone, std::move(parts)}; }

  // Calls `visit` with each condition on a field, in order, until it fails.
  absl::Status ForEachCondition(absl::FunctionRef<absl::Status(const Filter&)> visit) const;
};

// Whether the term is in one of the intervals.
bool Contains(absl::Span<const Interval> intervals, std::string_view term);

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_FILTER_H_
