#include "server/rpc/convert_filter.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "index/fields/metadata.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

absl::Status Invalid(const std::string& field, const std::string& message) {
  return AtField(absl::InvalidArgumentError(message), field);
}

absl::Status CheckFieldName(const std::string& name, const std::string& at) {
  if (!name.empty() && name.size() <= fields::kMaxPathBytes) return absl::OkStatus();
  return Invalid(at, absl::StrCat("must have 1 to ", fields::kMaxPathBytes, " bytes"));
}

absl::StatusOr<std::string> TimeTermFromProto(const google::protobuf::Timestamp& value, const std::string& at) {
  const bool canonical = value.nanos() >= 0 && value.nanos() < 1'000'000'000;
  const absl::Time time = absl::FromUnixSeconds(value.seconds()) + absl::Nanoseconds(value.nanos());
  std::optional<std::string> term = canonical ? fields::TimeTerm(time) : std::nullopt;
  if (!term) return Invalid(at, "must be whole microseconds of the years 1 to 9999");
  return *std::move(term);
}

absl::StatusOr<std::string> TermFromProto(const v1::FieldValue& value, const std::string& at) {
  switch (value.kind_case()) {
    case v1::FieldValue::kStringValue:
      if (value.string_value().size() > fields::kMaxTextBytes) {
        return Invalid(absl::StrCat(at, ".string_value"),
                       absl::StrCat("has ", value.string_value().size(), " bytes; at most ", fields::kMaxTextBytes,
                                    " are allowed, and longer values match `exists` only"));
      }
      return fields::TextTerm(value.string_value());
    case v1::FieldValue::kNumberValue:
      if (!std::isfinite(value.number_value())) return Invalid(absl::StrCat(at, ".number_value"), "must be finite");
      return fields::NumberTerm(value.number_value());
    case v1::FieldValue::kBoolValue:
      return fields::BooleanTerm(value.bool_value());
    case v1::FieldValue::kTimestampValue:
      return TimeTermFromProto(value.timestamp_value(), absl::StrCat(at, ".timestamp_value"));
    case v1::FieldValue::KIND_NOT_SET:
      break;
  }
  return Invalid(at, "needs a value");
}

// One filter of a request on its way in. Keeps count, so that no request makes more work than the limits say.
class FilterReader {
 public:
  absl::StatusOr<fields::Filter> Read(const v1::Filter& filter, const std::string& at, int depth);

 private:
  absl::StatusOr<std::vector<fields::Filter>> ReadList(const v1::FilterList& list, const std::string& at, int depth);
  absl::StatusOr<std::string> ReadValue(const v1::FieldValue& value, const std::string& at);
  absl::StatusOr<fields::Filter> ReadEquals(const v1::FieldEquals& equals, const std::string& at);
  absl::StatusOr<fields::Filter> ReadIn(const v1::FieldIn& in, const std::string& at);
  absl::StatusOr<fields::Filter> ReadRange(const v1::FieldRange& range, const std::string& at);
  absl::StatusOr<fields::Filter> ReadCondition(const v1::Filter& filter, const std::string& at);

  int nodes_ = 0;
  int values_ = 0;
};

absl::StatusOr<fields::Filter> FilterReader::Read(const v1::Filter& filter, const std::string& at, int depth) {
  if (depth > kMaxFilterDepth) return Invalid(at, absl::StrCat("is more than ", kMaxFilterDepth, " levels deep"));
  if (++nodes_ > kMaxFilterNodes) return Invalid(at, absl::StrCat("is more than ", kMaxFilterNodes, " filters"));
  using Combine = fields::Filter (*)(std::vector<fields::Filter>);
  const auto combined = [&](const v1::FilterList& list, const char* name,
                            Combine combine) -> absl::StatusOr<fields::Filter> {
    auto parts = ReadList(list, absl::StrCat(at, ".", name, ".filters"), depth + 1);
    if (!parts.ok()) return parts.status();
    return combine(*std::move(parts));
  };
  switch (filter.condition_case()) {
    case v1::Filter::kAllOf:
      return combined(filter.all_of(), "all_of", &fields::Filter::All);
    case v1::Filter::kAnyOf:
      return combined(filter.any_of(), "any_of", &fields::Filter::Any);
    case v1::Filter::kNoneOf:
      return combined(filter.none_of(), "none_of", &fields::Filter::None);
    default:
      return ReadCondition(filter, at);
  }
}

absl::StatusOr<fields::Filter> FilterReader::ReadCondition(const v1::Filter& filter, const std::string& at) {
  switch (filter.condition_case()) {
    case v1::Filter::kEquals:
      return ReadEquals(filter.equals(), absl::StrCat(at, ".equals"));
    case v1::Filter::kInList:
      return ReadIn(filter.in_list(), absl::StrCat(at, ".in_list"));
    case v1::Filter::kRange:
      return ReadRange(filter.range(), absl::StrCat(at, ".range"));
    case v1::Filter::kExists: {
      const std::string field = absl::StrCat(at, ".exists.field");
      if (absl::Status status = CheckFieldName(filter.exists().field(), field); !status.ok()) return status;
      fields::Filter made = fields::Filter::Exists(filter.exists().field());
      made.at = absl::StrCat(at, ".exists");
      return made;
    }
    default:
      return Invalid(at, "needs a condition");
  }
}

absl::StatusOr<std::vector<fields::Filter>> FilterReader::ReadList(const v1::FilterList& list, const std::string& at,
                                                                   int depth) {
  if (list.filters().empty()) return Invalid(at, "needs at least one filter");
  std::vector<fields::Filter> parts;
  for (int i = 0; i < list.filters_size(); ++i) {
    auto part = Read(list.filters(i), absl::StrCat(at, "[", i, "]"), depth);
    if (!part.ok()) return part.status();
    parts.push_back(*std::move(part));
  }
  return parts;
}

absl::StatusOr<std::string> FilterReader::ReadValue(const v1::FieldValue& value, const std::string& at) {
  if (++values_ > kMaxFilterValues) {
    return Invalid(at, absl::StrCat("is one of more than ", kMaxFilterValues, " values in the filter"));
  }
  return TermFromProto(value, at);
}

absl::StatusOr<fields::Filter> FilterReader::ReadEquals(const v1::FieldEquals& equals, const std::string& at) {
  if (absl::Status status = CheckFieldName(equals.field(), absl::StrCat(at, ".field")); !status.ok()) return status;
  auto term = ReadValue(equals.value(), absl::StrCat(at, ".value"));
  if (!term.ok()) return term.status();
  fields::Filter filter = fields::Filter::In(equals.field(), {*std::move(term)});
  filter.at = at;
  return filter;
}

absl::StatusOr<fields::Filter> FilterReader::ReadIn(const v1::FieldIn& in, const std::string& at) {
  if (absl::Status status = CheckFieldName(in.field(), absl::StrCat(at, ".field")); !status.ok()) return status;
  if (in.values().empty()) return Invalid(absl::StrCat(at, ".values"), "needs at least one value");
  std::vector<std::string> terms;
  for (int i = 0; i < in.values_size(); ++i) {
    const std::string place = absl::StrCat(at, ".values[", i, "]");
    auto term = ReadValue(in.values(i), place);
    if (!term.ok()) return term.status();
    if (!terms.empty() && fields::KindOf(terms.front()) != fields::KindOf(*term)) {
      return Invalid(place, "is of another type than the first value");
    }
    terms.push_back(*std::move(term));
  }
  fields::Filter filter = fields::Filter::In(in.field(), std::move(terms));
  filter.at = at;
  return filter;
}

absl::StatusOr<fields::Filter> FilterReader::ReadRange(const v1::FieldRange& range, const std::string& at) {
  if (absl::Status status = CheckFieldName(range.field(), absl::StrCat(at, ".field")); !status.ok()) return status;
  std::optional<fields::Bound> lower;
  std::optional<fields::Bound> upper;
  const auto read = [&](const v1::FieldValue& value, const char* name, bool inclusive,
                        std::optional<fields::Bound>& bound) {
    const std::string place = absl::StrCat(at, ".", name);
    auto term = ReadValue(value, place);
    if (!term.ok()) return term.status();
    if (fields::KindOf(*term) == fields::Kind::kBoolean) return Invalid(place, "is a boolean, which has no range");
    bound = fields::Bound{*std::move(term), inclusive};
    return absl::OkStatus();
  };
  absl::Status status;
  if (range.has_greater_than()) status.Update(read(range.greater_than(), "greater_than", false, lower));
  if (range.has_at_least()) status.Update(read(range.at_least(), "at_least", true, lower));
  if (range.has_less_than()) status.Update(read(range.less_than(), "less_than", false, upper));
  if (range.has_at_most()) status.Update(read(range.at_most(), "at_most", true, upper));
  if (!status.ok()) return status;
  if (!lower && !upper) return Invalid(at, "needs a bound");
  if (lower && upper) {
    if (fields::KindOf(lower->term) != fields::KindOf(upper->term)) return Invalid(at, "has bounds of two types");
    if (upper->term < lower->term) return Invalid(at, "has its lower bound above its upper one");
  }
  fields::Filter filter = fields::Filter::Between(range.field(), std::move(lower), std::move(upper));
  filter.at = at;
  return filter;
}

std::optional<fields::Type> TypeFromProto(v1::FieldType type) {
  switch (type) {
    case v1::FIELD_TYPE_STRING:
      return fields::Type::kText;
    case v1::FIELD_TYPE_INTEGER:
      return fields::Type::kInteger;
    case v1::FIELD_TYPE_NUMBER:
      return fields::Type::kNumber;
    case v1::FIELD_TYPE_BOOLEAN:
      return fields::Type::kBoolean;
    case v1::FIELD_TYPE_TIMESTAMP:
      return fields::Type::kTime;
    default:
      return std::nullopt;
  }
}

v1::FieldType ToProto(fields::Type type) {
  switch (type) {
    case fields::Type::kText:
      return v1::FIELD_TYPE_STRING;
    case fields::Type::kInteger:
      return v1::FIELD_TYPE_INTEGER;
    case fields::Type::kNumber:
      return v1::FIELD_TYPE_NUMBER;
    case fields::Type::kBoolean:
      return v1::FIELD_TYPE_BOOLEAN;
    case fields::Type::kTime:
      return v1::FIELD_TYPE_TIMESTAMP;
  }
  return v1::FIELD_TYPE_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<fields::Filter> FromProto(const v1::Filter& filter, const std::string& at) {
  return FilterReader().Read(filter, at, 1);
}

absl::StatusOr<fields::Schema> SchemaFromProto(const google::protobuf::RepeatedPtrField<v1::FieldDeclaration>& fields,
                                               const std::string& at) {
  if (fields.size() > kMaxDeclaredFields) {
    return Invalid(at, absl::StrCat("has ", fields.size(), " fields; at most ", kMaxDeclaredFields, " are allowed"));
  }
  fields::Schema schema;
  absl::flat_hash_set<std::string> known;
  for (int i = 0; i < fields.size(); ++i) {
    const std::string place = absl::StrCat(at, "[", i, "]");
    const std::string& name = fields.Get(i).field();
    if (absl::Status status = CheckFieldName(name, absl::StrCat(place, ".field")); !status.ok()) return status;
    const std::vector<std::string> names = absl::StrSplit(name, '.');
    const bool empty_name = std::find(names.begin(), names.end(), "") != names.end();
    if (empty_name || names.size() > static_cast<size_t>(fields::kMaxDepth)) {
      return Invalid(absl::StrCat(place, ".field"),
                     absl::StrCat("must be 1 to ", fields::kMaxDepth, " names joined with '.', none of them empty"));
    }
    if (!known.insert(name).second) return Invalid(absl::StrCat(place, ".field"), "is declared twice");
    const std::optional<fields::Type> type = TypeFromProto(fields.Get(i).type());
    if (!type) return Invalid(absl::StrCat(place, ".type"), "must be one of the known types");
    schema.push_back({name, *type});
  }
  return schema;
}

void ToProto(const fields::Schema& schema, google::protobuf::RepeatedPtrField<v1::FieldDeclaration>* out) {
  for (const fields::Declaration& declaration : schema) {
    v1::FieldDeclaration* message = out->Add();
    message->set_field(declaration.field);
    message->set_type(ToProto(declaration.type));
  }
}

}  // namespace usher::rpc
