#include "server/cli/change_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

std::string MembershipText(const json& membership, const char* verb) {
  return absl::StrCat(membership.value("member", ""), " ", verb, " ", membership.value("group", ""));
}

std::string PolicyText(const json& update) {
  const std::string name = ShortName(update.value("resource", ""));
  if (!update.contains("policy")) return absl::StrCat(name, " has no policy any more");
  return absl::StrCat(name, " has the policy ", PolicyLine(update.at("policy")));
}

std::string ClearanceText(const json& clearance) {
  const auto compartments = clearance.value("compartments", std::vector<std::string>());
  return absl::StrCat(clearance.value("principal", ""), " is cleared for level ", clearance.value("level", 0),
                      compartments.empty() ? "" : absl::StrCat(" in ", absl::StrJoin(compartments, ", ")));
}

std::string BreakGlassText(const json& grant) {
  return absl::StrCat("break-glass ", grant.value("id", ""), " ", Label(grant.value("state", ""), "BREAK_GLASS_STATE_"),
                      ": ", grant.value("principal", ""), " reads ", ShortName(grant.value("resource", "")),
                      ", because ", grant.value("reason", ""));
}

}  // namespace

std::string ChangeText(const json& change) {
  if (change.contains("member_added")) return MembershipText(change.at("member_added"), "is now in");
  if (change.contains("member_removed")) return MembershipText(change.at("member_removed"), "is no longer in");
  if (change.contains("policy_set")) return PolicyText(change.at("policy_set"));
  if (change.contains("clearance_set")) return ClearanceText(change.at("clearance_set"));
  if (change.contains("created")) return absl::StrCat(ShortName(change.value("created", "")), " was created");
  if (change.contains("deleted")) return absl::StrCat(ShortName(change.value("deleted", "")), " was deleted");
  if (change.contains("break_glass")) return BreakGlassText(change.at("break_glass"));
  if (change.contains("sync_committed")) {
    return absl::StrCat("a sync of source ", change.value("sync_committed", ""), " is in force");
  }
  return absl::StrCat("a change that this client does not know: ", change.dump());
}

}  // namespace usher::cli
