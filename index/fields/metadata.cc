#include "index/fields/metadata.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "acl/absl_view.h"
#include "index/status_field.h"

namespace usher::fields {
namespace {

using Json = nlohmann::json;

// Integers beyond this are no longer told apart as doubles.
constexpr double kMaxInteger = 9007199254740992;

absl::StatusOr<Json> ParseObject(const std::string& json) {
  if (json.empty()) return Json::object();
  Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return absl::InvalidArgumentError("metadata must be a JSON object");
  return object;
}

std::optional<std::string> ScalarTerm(const Json& value) {
  if (value.is_boolean()) return BooleanTerm(value.get<bool>());
  if (value.is_number()) {
    const auto number = value.get<double>();
    return std::isfinite(number) ? std::optional(NumberTerm(number)) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kMaxTextBytes ? std::optional(TextTerm(text)) : std::nullopt;
}

std::optional<std::string> ParseTime(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, value.get_ref<const std::string&>(), &time, &error)) return std::nullopt;
  return TimeTerm(time);
}

// nullopt for a value that is not of the type.
std::optional<std::string> TypedTerm(const Json& value, Type type) {
  switch (type) {
    case Type::kText:
      if (!value.is_string()) return std::nullopt;
      break;
    case Type::kBoolean:
      if (!value.is_boolean()) return std::nullopt;
      break;
    case Type::kTime:
      return ParseTime(value);
    case Type::kInteger: {
      if (!value.is_number()) return std::nullopt;
      const auto number = value.get<double>();
      if (std::trunc(number) != number || std::abs(number) > kMaxInteger) return std::nullopt;
      break;
    }
    case Type::kNumber:
      if (!value.is_number()) return std::nullopt;
      break;
  }
  return ScalarTerm(value);
}

std::string_view WantedBy(Type type) {
  switch (type) {
    case Type::kText:
      return "a string of at most 256 bytes";
    case Type::kInteger:
      return "an integer of at most 2^53 in size";
    case Type::kTime:
      return "an RFC 3339 timestamp, no finer than a microsecond, of the years 1 to 9999";
    default:
      return NameOf(type);
  }
}

// Collects the values of one object.
class Collector {
 public:
  explicit Collector(const Schema& schema) : schema_(schema) {}

  absl::Status Object(const Json& object, int depth);
  FieldSet Finish() const { return FieldSet(values_); }

 private:
  absl::Status Field(const Json& value, int depth);
  absl::Status Declared(const Json& value, Type type);
  void Discovered(const Json& value);
  absl::Status Invalid(std::string message) const {
    return AtField(absl::InvalidArgumentError(std::move(message)), path_);
  }

  const Schema& schema_;
  std::string path_;
  absl::btree_set<std::pair<std::string, std::string>> values_;
};

absl::Status Collector::Object(const Json& object, int depth) {
  for (const auto& [name, value] : object.items()) {
    const size_t before = path_.size();
    absl::StrAppend(&path_, path_.empty() ? "" : ".", name);
    if (name.empty()) return Invalid("a field's name must not be empty");
    if (path_.size() > kMaxPathBytes) {
      return Invalid(absl::StrCat("the names of fields within fields, joined with '.', have ", path_.size(),
                                  " bytes; at most ", kMaxPathBytes, " are allowed"));
    }
    if (absl::Status status = Field(value, depth); !status.ok()) return status;
    path_.resize(before);
  }
  return absl::OkStatus();
}

absl::Status Collector::Field(const Json& value, int depth) {
  if (const std::optional<Type> type = TypeOf(schema_, path_)) return Declared(value, *type);
  if (value.is_object() && depth < kMaxDepth) return Object(value, depth + 1);
  if (!value.is_array()) {
    Discovered(value);
    return absl::OkStatus();
  }
  for (const Json& item : value) Discovered(item);
  return absl::OkStatus();
}

absl::Status Collector::Declared(const Json& value, Type type) {
  const Json& items = value.is_array() ? value : Json::array({value});
  for (const Json& item : items) {
    if (item.is_null() && !value.is_array()) continue;
    std::optional<std::string> term = TypedTerm(item, type);
    if (!term) {
      return Invalid(absl::StrCat("is declared to be ", acl::ToAbsl(NameOf(type)), "; give ",
                                  acl::ToAbsl(WantedBy(type)), ", or a list of such values"));
    }
    values_.emplace(path_, *std::move(term));
  }
  return absl::OkStatus();
}

void Collector::Discovered(const Json& value) {
  if (value.is_null() || (value.is_structured() && value.empty())) return;
  values_.emplace(path_, ScalarTerm(value).value_or(OtherTerm()));
}

}  // namespace

absl::StatusOr<std::string> JoinMetadata(const std::string& document, const std::string& chunk) {
  if (chunk.empty()) return document;
  absl::StatusOr<Json> joined = ParseObject(document);
  if (!joined.ok()) return joined.status();
  absl::StatusOr<Json> own = ParseObject(chunk);
  if (!own.ok()) return own.status();
  joined->update(*own);
  return joined->dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<FieldSet> FieldsOf(const std::string& json, const Schema& schema) {
  absl::StatusOr<Json> object = ParseObject(json);
  if (!object.ok()) return object.status();
  Collector collector(schema);
  if (absl::Status status = collector.Object(*object, 1); !status.ok()) return status;
  return collector.Finish();
}

}  // namespace usher::fields
