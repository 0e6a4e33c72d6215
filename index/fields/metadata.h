// From metadata, as JSON, to the fields that a search can ask about.
//
// A field is a scalar, or a list of scalars, which then has several values; a list that holds anything else, text over
// kMaxTextBytes and what lies deeper than kMaxDepth can only be asked whether they exist. A field of a nested object
// has the names on the way to it joined with '.'; null and empty lists are no fields. Numbers are doubles. A declared
// field's values have its type, a timestamp being an RFC 3339 string; the type of others is that of the value found.
// Thread-safety: free functions.
#ifndef USHER_INDEX_FIELDS_METADATA_H_
#define USHER_INDEX_FIELDS_METADATA_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/fields/field_set.h"
#include "index/fields/schema.h"

namespace usher::fields {

inline constexpr int kMaxDepth = 4;  // names in a path
inline constexpr size_t kMaxPathBytes = 512;

// The chunk's fields beside those of its document; of a name at the top level that both have, the chunk's is taken
// whole. Both are JSON objects, or empty, as the result is. INVALID_ARGUMENT for anything else.
absl::StatusOr<std::string> JoinMetadata(const std::string& document, const std::string& chunk);

// `json`: an object, or empty. INVALID_ARGUMENT, with the path of the field (index/status_field.h), for a declared
// field of another type, a path of more than kMaxPathBytes or with an empty name, and for what is no object.
absl::StatusOr<FieldSet> FieldsOf(const std::string& json, const Schema& schema);

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_METADATA_H_
