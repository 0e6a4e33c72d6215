#include "index/fields/field_census.h"

#include <string_view>

#include "absl/container/btree_set.h"

namespace usher::fields {

std::vector<std::string> NamesOf(const VersionFields& fields) {
  absl::btree_set<std::string_view> names;
  const auto take = [&names](const FieldSetPtr& set) {
    if (set == nullptr) return;
    for (size_t i = 0; i < set->size(); ++i) names.insert(set->field(i));
  };
  take(fields.shared);
  for (const auto& [number, set] : fields.own) take(set);
  return {names.begin(), names.end()};
}

size_t FieldCensus::SizeAfter(const CensusChange& change) const {
  size_t result = documents_.size();
  for (const auto& [field, delta] : change) {
    const auto known = documents_.find(field);
    const int64_t before = known == documents_.end() ? 0 : known->second;
    if (before == 0 && before + delta > 0) ++result;
    if (before > 0 && before + delta == 0) --result;
  }
  return result;
}

void FieldCensus::Apply(const CensusChange& change) {
  for (const auto& [field, delta] : change) {
    if (delta == 0) continue;
    const auto known = documents_.try_emplace(field, 0).first;
    known->second += delta;
    if (known->second == 0) documents_.erase(known);
  }
}

}  // namespace usher::fields
