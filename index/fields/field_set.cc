#include "index/fields/field_set.h"

#include <algorithm>

namespace usher::fields {

FieldSet::FieldSet(const absl::btree_set<std::pair<std::string, std::string>>& values) {
  size_t bytes = 0;
  for (const auto& [field, term] : values) bytes += field.size() + term.size();
  entries_.reserve(values.size());
  bytes_.reserve(bytes);
  for (const auto& [field, term] : values) {
    entries_.push_back({static_cast<uint32_t>(bytes_.size()), static_cast<uint16_t>(field.size()),
                        static_cast<uint16_t>(term.size())});
    bytes_.append(field).append(term);
  }
}

std::string_view FieldSet::field(size_t i) const {
  return std::string_view(bytes_).substr(entries_[i].begin, entries_[i].field_size);
}

std::string_view FieldSet::term(size_t i) const {
  return std::string_view(bytes_).substr(entries_[i].begin + entries_[i].field_size, entries_[i].term_size);
}

size_t FieldSet::FirstOf(std::string_view name) const {
  const auto less = [this](const Entry& entry, std::string_view n) {
    return std::string_view(bytes_).substr(entry.begin, entry.field_size) < n;
  };
  return static_cast<size_t>(std::lower_bound(entries_.begin(), entries_.end(), name, less) - entries_.begin());
}

bool FieldSet::Holds(std::string_view name, absl::Span<const Interval> intervals) const {
  for (size_t i = FirstOf(name); i < size() && field(i) == name; ++i) {
    if (Contains(intervals, term(i))) return true;
  }
  return false;
}

bool FieldSet::Matches(const Filter& filter) const {
  const auto matches = [this](const Filter& part) { return Matches(part); };
  switch (filter.op) {
    case Filter::Op::kAll:
      return std::all_of(filter.parts.begin(), filter.parts.end(), matches);
    case Filter::Op::kAny:
      return std::any_of(filter.parts.begin(), filter.parts.end(), matches);
    case Filter::Op::kNone:
      return std::none_of(filter.parts.begin(), filter.parts.end(), matches);
    case Filter::Op::kHolds:
      break;
  }
  return Holds(filter.field, filter.intervals);
}

const FieldSetPtr& VersionFields::Of(uint32_t number) const {
  const auto found =
      std::lower_bound(own.begin(), own.end(), number, [](const auto& pair, uint32_t n) { return pair.first < n; });
  return found != own.end() && found->first == number ? found->second : shared;
}

}  // namespace usher::fields
