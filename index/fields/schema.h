// The fields that a collection declares, with the type that their values have.
//
// Thread-safety: immutable values.
#ifndef USHER_INDEX_FIELDS_SCHEMA_H_
#define USHER_INDEX_FIELDS_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "index/fields/filter.h"
#include "index/fields/term.h"

namespace usher::fields {

// The numbers are stored.
enum class Type : uint8_t { kText = 1, kInteger = 2, kNumber = 3, kBoolean = 4, kTime = 5 };

std::string_view NameOf(Type type);
// Of the terms that values of the type make.
Kind KindOf(Type type);

struct Declaration {
  std::string field;
  Type type = Type::kText;
  friend bool operator==(const Declaration&, const Declaration&) = default;
};

// No field twice.
using Schema = std::vector<Declaration>;

// nullopt where the field is not declared.
std::optional<Type> TypeOf(const Schema& schema, std::string_view field);

// Marks the conditions on declared fields. INVALID_ARGUMENT at the first that compares one with values of another
// kind than its type's.
absl::Status Bind(const Schema& schema, Filter& filter);

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_SCHEMA_H_
