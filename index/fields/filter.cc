#include "index/fields/filter.h"

#include <algorithm>
#include <utility>

namespace usher::fields {
namespace {

Filter Holds(std::string field, std::vector<Interval> intervals, std::optional<Kind> kind) {
  Filter filter;
  filter.op = Filter::Op::kHolds;
  filter.field = std::move(field);
  filter.intervals = std::move(intervals);
  filter.kind = kind;
  return filter;
}

}  // namespace

Filter Filter::In(std::string field, std::vector<std::string> terms) {
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  const Kind kind = KindOf(terms.front());
  std::vector<Interval> intervals;
  intervals.reserve(terms.size());
  for (std::string& term : terms) {
    std::string end = After(term);
    intervals.push_back({std::move(term), std::move(end)});
  }
  return Holds(std::move(field), std::move(intervals), kind);
}

Filter Filter::Between(std::string field, std::optional<Bound> lower, std::optional<Bound> upper) {
  const Kind kind = KindOf(lower ? lower->term : upper->term);
  Interval interval{FirstOf(kind), EndOf(kind)};
  if (lower) interval.begin = lower->inclusive ? lower->term : After(lower->term);
  if (upper) interval.end = upper->inclusive ? After(upper->term) : upper->term;
  std::vector<Interval> intervals;
  if (interval.begin < interval.end) intervals.push_back(std::move(interval));
  return Holds(std::move(field), std::move(intervals), kind);
}

Filter Filter::Exists(std::string field) {
  return Holds(std::move(field), {{FirstOf(Kind::kBoolean), EndOf(Kind::kOther)}}, std::nullopt);
}

absl::Status Filter::ForEachCondition(absl::FunctionRef<absl::Status(const Filter&)> visit) const {
  if (op == Op::kHolds) return visit(*this);
  for (const Filter& part : parts) {
    if (absl::Status status = part.ForEachCondition(visit); !status.ok()) return status;
  }
  return absl::OkStatus();
}

bool Contains(absl::Span<const Interval> intervals, std::string_view term) {
  const auto after = std::upper_bound(intervals.begin(), intervals.end(), term,
                                      [](std::string_view t, const Interval& i) { return t < i.begin; });
  return after != intervals.begin() && term < std::prev(after)->end;
}

}  // namespace usher::fields
