#include "index/fields/row_fields.h"

namespace usher::fields {

void RowFields::Add(uint32_t first, uint32_t count, const FieldSetPtr& fields) {
  if (count > 0 && fields != nullptr) runs_.Append({first, count, fields});
}

void RowFields::Append(uint32_t first, uint32_t count, const VersionFields& fields) {
  uint32_t next = 0;
  for (const auto& [number, own] : fields.own) {
    Add(first + next, number - next, fields.shared);
    Add(first + number, 1, own);
    next = number + 1;
  }
  Add(first + next, count - next, fields.shared);
}

RowBits RowFields::Evaluate(const Filter& filter, size_t rows) const {
  RowBits bits = NoRows(rows);
  const bool without = FieldSet().Matches(filter);
  if (without) Complement(bits, rows);
  for (size_t i = 0; i < runs_.size(); ++i) {
    const Run& run = runs_[i];
    if (run.fields->Matches(filter) == without) continue;
    for (uint32_t row = run.first; row < run.first + run.count; ++row) FlipRow(bits, row);
  }
  return bits;
}

bool RowFields::AnyRow(std::string_view field, const Interval& interval,
                       absl::FunctionRef<bool(uint32_t)> wanted) const {
  for (size_t i = 0; i < runs_.size(); ++i) {
    const Run& run = runs_[i];
    if (!run.fields->Holds(field, {interval})) continue;
    for (uint32_t row = run.first; row < run.first + run.count; ++row) {
      if (wanted(row)) return true;
    }
  }
  return false;
}

void RowFields::ForEach(absl::FunctionRef<void(uint32_t, uint32_t, const FieldSet&)> visit) const {
  for (size_t i = 0; i < runs_.size(); ++i) visit(runs_[i].first, runs_[i].count, *runs_[i].fields);
}

}  // namespace usher::fields
