#include "index/fields/schema.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/status_field.h"

namespace usher::fields {

std::string_view NameOf(Type type) {
  switch (type) {
    case Type::kText:
      return "a string";
    case Type::kInteger:
      return "an integer";
    case Type::kNumber:
      return "a number";
    case Type::kBoolean:
      return "a boolean";
    case Type::kTime:
      return "a timestamp";
  }
  return "of an unknown type";
}

Kind KindOf(Type type) {
  switch (type) {
    case Type::kText:
      return Kind::kText;
    case Type::kInteger:
    case Type::kNumber:
      return Kind::kNumber;
    case Type::kBoolean:
      return Kind::kBoolean;
    case Type::kTime:
      return Kind::kTime;
  }
  return Kind::kOther;
}

std::optional<Type> TypeOf(const Schema& schema, std::string_view field) {
  const auto found =
      std::find_if(schema.begin(), schema.end(), [field](const Declaration& d) { return d.field == field; });
  return found == schema.end() ? std::nullopt : std::optional(found->type);
}

absl::Status Bind(const Schema& schema, Filter& filter) {
  for (Filter& part : filter.parts) {
    if (absl::Status status = Bind(schema, part); !status.ok()) return status;
  }
  if (filter.op != Filter::Op::kHolds) return absl::OkStatus();
  const std::optional<Type> type = TypeOf(schema, filter.field);
  filter.declared = type.has_value();
  if (!type || !filter.kind || *filter.kind == KindOf(*type)) return absl::OkStatus();
  const absl::Status mismatch = absl::InvalidArgumentError(
      absl::StrCat("the collection declares '", filter.field, "' to be ", acl::ToAbsl(NameOf(*type)),
                   "; it cannot be compared with ", acl::ToAbsl(NameOf(*filter.kind))));
  return WithReason(AtField(mismatch, filter.at), "FIELD_TYPE_MISMATCH");
}

}  // namespace usher::fields
