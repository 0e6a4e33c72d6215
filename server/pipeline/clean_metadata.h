// Cleans a document's metadata: the strings of a JSON object, and the names of its fields.
//
// Guarantees: no string and no field's name of the result holds what the sanitizer would remove or replace; numbers,
// order of lists and structure stay. Non-guarantee: text that reads like an order is only labelled, as everywhere.
// Thread-safety: free function; values.
#ifndef USHER_SERVER_PIPELINE_CLEAN_METADATA_H_
#define USHER_SERVER_PIPELINE_CLEAN_METADATA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/sanitize/sanitizer.h"

namespace usher::pipeline {

// What becomes of a field whose name is unclean; a cleaned name might collide with another one.
enum class UncleanName {
  kRefuse,  // INVALID_ARGUMENT
  kDrop,    // the field goes, the findings in its name stay
};

struct CleanMetadata {
  std::string json;
  std::vector<sanitize::Finding> findings;  // positions are within the one string or name that holds them
};

// `json` is a JSON object, or empty. INVALID_ARGUMENT when it is anything else or holds what cannot be cleaned.
absl::StatusOr<CleanMetadata> CleanMetadataJson(const sanitize::Sanitizer& sanitizer, const std::string& json,
                                                UncleanName unclean_name);

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_CLEAN_METADATA_H_
