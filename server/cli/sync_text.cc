#include "server/cli/sync_text.h"

#include "absl/strings/str_cat.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// 64-bit numbers are strings in the API's JSON.
std::string Changes(const json& object) {
  return absl::StrCat(object.value("memberships_added", "0"), " memberships added, ",
                      object.value("memberships_removed", "0"), " removed, ", object.value("policies_changed", "0"),
                      " policies changed");
}

}  // namespace

ExitCode TellCommit(const std::string& source, const json& answer, Output& out) {
  const bool held = answer.contains("held");
  if (out.json()) {
    out.Json(answer);
  } else if (held) {
    const json& sync = answer.at("held");
    out.Line(absl::StrCat("held, nothing has changed: ", sync.value("reason", "")), Colour::kWarning);
    out.Line(absl::StrCat("it would be: ", Changes(sync)));
    out.Line(absl::StrCat("import the very same picture again, or approve it: usher sources approve ", source, " ",
                          sync.value("sync_id", "")));
  } else {
    out.Line(absl::StrCat("in force now: ", Changes(answer)), Colour::kGood);
  }
  return held ? ExitCode::kNegative : ExitCode::kOk;
}

}  // namespace usher::cli
