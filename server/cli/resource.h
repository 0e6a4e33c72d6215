// Names of collections, folders, documents and chunks as people type them.
//
// A short name is the full one without `collections/` and `documents/`: `linux-doc`, `linux-doc/admin-guide/foo.rst`.
// A folder ends in a slash, which no document does: `linux-doc/admin-guide/`. A chunk ends in its number:
// `linux-doc/admin-guide/foo.rst#3`; a document whose own id ends like that is written in full. What starts with
// `collections/` is taken as a full name.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_RESOURCE_H_
#define USHER_SERVER_CLI_RESOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// For the help of options that take any kind of resource.
inline constexpr char kResourceHelp[] =
    "A collection (handbook), a folder (handbook/hr/, with a slash at its end), a document (handbook/hr/leave.md) or a "
    "chunk (handbook/hr/leave.md#3)";

// Each returns the full name, or UsageError when `text` names something else.
absl::StatusOr<std::string> CollectionName(absl::string_view text);
absl::StatusOr<std::string> DocumentName(absl::string_view text);
absl::StatusOr<std::string> ChunkName(absl::string_view text);
// Any kind of resource.
absl::StatusOr<std::string> ResourceName(absl::string_view text);

// `collections/{collection}` of any full name.
std::string CollectionOf(absl::string_view full_name);

// A short name that ResourceName reads back as `full_name`; text that is no full name, or has no such short name, comes
// back unchanged.
std::string ShortName(absl::string_view full_name);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_RESOURCE_H_
