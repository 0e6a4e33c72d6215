// Names of collections and documents as people type them.
//
// A short name is the full one without `collections/` and `documents/`: `linux-doc`, `linux-doc/admin-guide/foo.rst`,
// and for a chunk `linux-doc/admin-guide/foo.rst#3`. What starts with `collections/` is taken as a full name.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_RESOURCE_H_
#define USHER_SERVER_CLI_RESOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// Each returns the full name, or UsageError when `text` names something else.
absl::StatusOr<std::string> CollectionName(absl::string_view text);
absl::StatusOr<std::string> DocumentName(absl::string_view text);
absl::StatusOr<std::string> ChunkName(absl::string_view text);
// A collection or a document.
absl::StatusOr<std::string> ResourceName(absl::string_view text);

// `collections/{collection}` of any full name.
std::string CollectionOf(absl::string_view full_name);

// The short form of a full name; text that is none comes back unchanged.
std::string ShortName(absl::string_view full_name);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_RESOURCE_H_
