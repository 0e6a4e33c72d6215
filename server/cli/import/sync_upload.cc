#include "server/cli/import/sync_upload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/cli/exit_code.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// A part may be sent again, so that a broken connection need not end a long import.
constexpr int kAttempts = 3;

absl::Status Push(Session& session, const json& part) {
  absl::Status pushed;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    pushed = session.Call("usher.v1.SyncService/PushSync", part).status();
    if (ExitCodeOf(pushed) != ExitCode::kUnavailable) break;
  }
  return pushed;
}

absl::Status Abort(Session& session, const json& sync, const absl::Status& cause) {
  const auto aborted = session.Call("usher.v1.SyncService/AbortSync", sync);
  const std::string rest = aborted.ok() ? "the sync was dropped"
                                        : absl::StrCat("the sync could not be dropped (", aborted.status().message(),
                                                       "); the next one replaces it");
  return absl::Status(cause.code(), absl::StrCat(cause.message(), "\nnothing has changed; ", rest));
}

}  // namespace

absl::StatusOr<json> UploadSync(Session& session, const std::string& source, std::vector<json> parts) {
  auto begun = session.Call("usher.v1.SyncService/BeginSync", {{"source", source}});
  if (!begun.ok()) return begun.status();
  const json sync = {{"source", source}, {"sync_id", begun->at("sync_id")}};
  for (json& part : parts) {
    part["sync_id"] = sync.at("sync_id");
    if (auto pushed = Push(session, part); !pushed.ok()) return Abort(session, sync, pushed);
  }
  json commit = sync;
  commit["parts"] = parts.size();
  auto answer = session.Call("usher.v1.SyncService/CommitSync", commit);
  if (answer.ok()) return answer;
  if (ExitCodeOf(answer.status()) != ExitCode::kUnavailable) return Abort(session, sync, answer.status());
  return absl::Status(answer.status().code(),
                      absl::StrCat(answer.status().message(),
                                   "\nthe commit gave no answer and may be in force; look with `usher sources list`, "
                                   "or import again, which changes nothing twice"));
}

}  // namespace usher::cli
