#include "index/filtered_rows.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/absl_view.h"
#include "index/class_map.h"
#include "index/status_field.h"

namespace usher::index {
namespace {

// Whether rows of one part may be read; neighbours mostly share a class.
class Readable {
 public:
  Readable(const ClassMap& classes, const acl::Entitlement& entitlement)
      : classes_(classes), entitlement_(entitlement) {}

  bool operator()(uint32_t row) {
    const acl::ClassId id = classes_[row];
    if (id != last_) {
      last_ = id;
      allowed_ = MayRead(entitlement_, id);
    }
    return allowed_;
  }

 private:
  const ClassMap& classes_;
  const acl::Entitlement& entitlement_;
  acl::ClassId last_ = acl::kNoClass;
  bool allowed_ = false;
};

FilteredRows KeepReadable(fields::RowBits bits, const ClassMap& classes, const acl::Entitlement& entitlement) {
  FilteredRows rows{std::move(bits), 0};
  Readable readable(classes, entitlement);
  for (size_t word = 0; word < rows.bits.size(); ++word) {
    for (uint64_t rest = rows.bits[word]; rest != 0; rest &= rest - 1) {
      const auto bit = static_cast<uint32_t>(std::countr_zero(rest));
      if (!readable(static_cast<uint32_t>(word * 64) + bit)) rows.bits[word] &= ~(uint64_t{1} << bit);
    }
    rows.count += static_cast<uint64_t>(std::popcount(rows.bits[word]));
  }
  return rows;
}

// What the rows that may be read say of fields.
class ReadableFields {
 public:
  ReadableFields(absl::Span<const Head> heads, absl::Span<const SegmentView> segments,
                 const acl::Entitlement& entitlement)
      : heads_(heads), segments_(segments), entitlement_(entitlement) {}

  bool Have(const std::string& field, const fields::Interval& interval) const {
    const auto in_head = [&](const Head& head) {
      Readable readable(head.classes(), entitlement_);
      return head.fields().AnyRow(field, interval, [&readable](uint32_t row) { return readable(row); });
    };
    const auto in_segment = [&](const SegmentView& view) {
      Readable readable(view.classes, entitlement_);
      return view.sealed->fields().AnyRow(field, interval, [&readable](uint32_t row) { return readable(row); });
    };
    return std::any_of(heads_.begin(), heads_.end(), in_head) ||
           std::any_of(segments_.begin(), segments_.end(), in_segment);
  }

  bool Have(const std::string& field, fields::Kind kind) const {
    return Have(field, {fields::FirstOf(kind), fields::EndOf(kind)});
  }

 private:
  absl::Span<const Head> heads_;
  absl::Span<const SegmentView> segments_;
  const acl::Entitlement& entitlement_;
};

absl::Status CheckCondition(const fields::Filter& condition, const ReadableFields& readable) {
  if (condition.declared || (condition.kind && readable.Have(condition.field, *condition.kind))) {
    return absl::OkStatus();
  }
  std::vector<absl::string_view> kinds;
  for (const fields::Kind kind : {fields::Kind::kBoolean, fields::Kind::kNumber, fields::Kind::kTime,
                                  fields::Kind::kText, fields::Kind::kOther}) {
    if (readable.Have(condition.field, kind)) kinds.push_back(acl::ToAbsl(NameOf(kind)));
  }
  if (kinds.empty()) {
    const absl::Status unknown = absl::InvalidArgumentError(absl::StrCat(
        "the field '", condition.field, "' is not declared by the collection, and nothing that may be read has it"));
    return WithReason(AtField(unknown, condition.at), "UNKNOWN_FIELD");
  }
  if (!condition.kind) return absl::OkStatus();
  const absl::Status mismatch =
      absl::InvalidArgumentError(absl::StrCat("the field '", condition.field, "' holds ", absl::StrJoin(kinds, " and "),
                                              "; it cannot be compared with ", acl::ToAbsl(NameOf(*condition.kind))));
  return WithReason(AtField(mismatch, condition.at), "FIELD_TYPE_MISMATCH");
}

}  // namespace

FilteredRows MatchRows(const Head& head, const fields::Filter& filter, const acl::Entitlement& entitlement) {
  return KeepReadable(head.fields().Evaluate(filter, head.size()), head.classes(), entitlement);
}

FilteredRows MatchRows(const SegmentView& segment, const fields::Filter& filter, const acl::Entitlement& entitlement) {
  return KeepReadable(segment.sealed->fields().Evaluate(filter), segment.classes, entitlement);
}

absl::Status CheckFields(const fields::Filter& filter, absl::Span<const Head> heads,
                         absl::Span<const SegmentView> segments, const acl::Entitlement& entitlement,
                         const SearchBudget& budget) {
  const ReadableFields readable(heads, segments, entitlement);
  return filter.ForEachCondition([&](const fields::Filter& condition) {
    absl::Status status = budget.Check();
    return status.ok() ? CheckCondition(condition, readable) : status;
  });
}

}  // namespace usher::index
