// The formats that `usher import` reads, one function and one file each. Every error names the file and the line or
// tuple; a picture is to be thrown away after one.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_IMPORT_FORMATS_H_
#define USHER_SERVER_CLI_IMPORT_FORMATS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/cli/import/picture.h"
#include "server/cli/import/tuple.h"

namespace usher::cli {

// A header line, then memberships (`group,member`) or rules (`resource,effect,subject[,not_before,expire_time]`).
absl::Status ReadCsvPicture(const std::string& path, Picture& picture);

// Lines of {"group": ..., "member": ...} or {"resource": ..., "policy": usher.v1.Policy}.
absl::Status ReadJsonlPicture(const std::string& path, Picture& picture);

// Tuples of OpenFGA: what `fga tuple read` prints, a list of tuples, or a store file with `tuples:`, as JSON or YAML.
// INVALID_ARGUMENT for tuples with a condition, and for an export that says it goes on elsewhere.
absl::StatusOr<std::vector<Tuple>> ReadOpenFga(const std::string& path);

// Relationships of SpiceDB, one a line, alone or under `relationships:` of a YAML file. INVALID_ARGUMENT for those with
// a caveat.
absl::StatusOr<std::vector<Tuple>> ReadSpiceDb(const std::string& path);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_FORMATS_H_
