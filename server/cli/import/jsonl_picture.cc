#include "absl/strings/str_cat.h"
#include "server/cli/import/formats.h"
#include "server/cli/json_lines.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

bool HasText(const json& line, const char* field) { return line.value(field, json()).is_string(); }

absl::Status AddLine(const json& line, Picture& picture) {
  if (line.size() == 2 && HasText(line, "group") && HasText(line, "member")) {
    auto group = picture.GroupName(std::string(line.at("group")));
    if (!group.ok()) return group.status();
    return picture.AddMembership(*group, line.at("member"));
  }
  if (line.size() == 2 && HasText(line, "resource") && line.contains("policy")) {
    auto resource = ResourceName(std::string(line.at("resource")));
    if (!resource.ok()) return resource.status();
    return picture.AddPolicy(*resource, line.at("policy"));
  }
  return absl::InvalidArgumentError(
      R"(write exactly {"group": ..., "member": ...} or {"resource": ..., "policy": {...}})");
}

}  // namespace

absl::Status ReadJsonlPicture(const std::string& path, Picture& picture) {
  return ForEachJsonLine(path, [&](const std::string& where, const absl::StatusOr<json>& line) {
    const absl::Status added = line.ok() ? AddLine(*line, picture) : line.status();
    if (added.ok()) return added;
    return absl::InvalidArgumentError(absl::StrCat(where, ": ", added.message()));
  });
}

}  // namespace usher::cli
