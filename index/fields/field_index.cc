#include "index/fields/field_index.h"

#include <utility>

#include "acl/absl_view.h"

namespace usher::fields {

RowBits FieldIndex::Evaluate(const Filter& filter) const {
  RowBits bits = NoRows(rows_);
  if (filter.op == Filter::Op::kHolds) {
    const auto field = fields_.find(filter.field);
    if (field == fields_.end()) return bits;
    for (const Interval& interval : filter.intervals) field->second.AddTo(interval, bits);
    return bits;
  }
  const bool all = filter.op == Filter::Op::kAll;
  if (all) Complement(bits, rows_);
  for (const Filter& part : filter.parts) all ? Intersect(bits, Evaluate(part)) : Unite(bits, Evaluate(part));
  if (filter.op == Filter::Op::kNone) Complement(bits, rows_);
  return bits;
}

bool FieldIndex::AnyRow(std::string_view name, const Interval& interval,
                        absl::FunctionRef<bool(uint32_t)> wanted) const {
  const auto field = fields_.find(acl::ToAbsl(name));
  return field != fields_.end() && field->second.AnyRow(interval, wanted);
}

size_t FieldIndex::bytes() const {
  size_t total = 0;
  for (const auto& [name, postings] : fields_) total += name.capacity() + postings.bytes();
  return total;
}

void FieldIndexBuilder::Add(uint32_t row, const FieldSet& fields) {
  for (size_t i = 0; i < fields.size(); ++i) fields_[acl::ToAbsl(fields.field(i))].Add(fields.term(i), row);
}

void FieldIndexBuilder::Carry(const FieldIndex& from, absl::Span<const uint32_t> places) {
  for (const auto& [name, postings] : from.fields_) {
    PostingsBuilder& builder = fields_[name];
    for (size_t i = 0; i < postings.size(); ++i) {
      postings.ForEachRows(i, [&, term = postings.term(i)](absl::Span<const uint32_t> rows) {
        for (const uint32_t row : rows) {
          if (places[row] != kDropped) builder.Add(term, places[row]);
        }
        return true;
      });
    }
  }
}

FieldIndex FieldIndexBuilder::Build() && {
  FieldIndex index(rows_);
  for (auto& [name, builder] : fields_) {
    Postings postings = std::move(builder).Build();
    builder = PostingsBuilder();
    if (postings.size() > 0) index.fields_.emplace(name, std::move(postings));
  }
  return index;
}

}  // namespace usher::fields
