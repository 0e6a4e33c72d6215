// How many documents of a collection have each field, which bounds the number of different fields.
//
// Thread-safety: none.
#ifndef USHER_INDEX_FIELDS_FIELD_CENSUS_H_
#define USHER_INDEX_FIELDS_FIELD_CENSUS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "index/fields/field_set.h"

namespace usher::fields {

// Every field costs each part of the index a table.
inline constexpr size_t kMaxFields = 1'024;

// The fields that one version of a document has in any of its chunks; each once, in order.
std::vector<std::string> NamesOf(const VersionFields& fields);

// Changes of the numbers of documents, by field.
using CensusChange = absl::flat_hash_map<std::string, int64_t>;

class FieldCensus {
 public:
  // Different fields once `change` has been applied.
  size_t SizeAfter(const CensusChange& change) const;
  // No number may fall below 0.
  void Apply(const CensusChange& change);

  size_t size() const { return documents_.size(); }

 private:
  absl::flat_hash_map<std::string, int64_t> documents_;  // above 0
};

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_FIELD_CENSUS_H_
