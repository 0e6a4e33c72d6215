// Sends one picture to the server: all of it, or nothing takes effect.
#ifndef USHER_SERVER_CLI_IMPORT_SYNC_UPLOAD_H_
#define USHER_SERVER_CLI_IMPORT_SYNC_UPLOAD_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/cli/session.h"

namespace usher::cli {

// Begins a sync of `source`, pushes the parts that Picture::Parts made, and commits. Returns the
// usher.v1.CommitSyncResponse. When a part is refused, the sync is aborted and nothing has changed; when the commit
// gives no answer, the message says that it may be in force.
absl::StatusOr<nlohmann::json> UploadSync(Session& session, const std::string& source,
                                          std::vector<nlohmann::json> parts);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_SYNC_UPLOAD_H_
