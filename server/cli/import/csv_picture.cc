#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/import/csv.h"
#include "server/cli/import/formats.h"
#include "server/cli/resource.h"
#include "server/cli/yaml_file.h"

namespace usher::cli {
namespace {

using Fields = std::vector<std::string>;

absl::Status AddMembership(const Fields& fields, Picture& picture) {
  auto group = picture.GroupName(fields[0]);
  if (!group.ok()) return group.status();
  return picture.AddMembership(*group, fields[1]);
}

absl::Status AddRule(const Fields& fields, Picture& picture) {
  auto resource = ResourceName(fields[0]);
  if (!resource.ok()) return resource.status();
  const std::map<std::string, std::string> effects = {{"allow", "EFFECT_ALLOW"}, {"deny", "EFFECT_DENY"}};
  const auto effect = effects.find(fields[1]);
  if (effect == effects.end()) {
    return absl::InvalidArgumentError(absl::StrCat("the effect `", fields[1], "` is neither allow nor deny"));
  }
  const bool timed = fields.size() == 5;
  return picture.AddSubject(*resource, effect->second, fields[2], timed ? fields[3] : "", timed ? fields[4] : "");
}

}  // namespace

absl::Status ReadCsvPicture(const std::string& path, Picture& picture) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  auto records = ParseCsv(path, *text);
  if (!records.ok()) return records.status();
  const Fields header = records->empty() ? Fields() : records->front().fields;
  const bool memberships = header == Fields{"group", "member"};
  const bool rules = header == Fields{"resource", "effect", "subject"} ||
                     header == Fields{"resource", "effect", "subject", "not_before", "expire_time"};
  if (!memberships && !rules) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":1: the header is `", absl::StrJoin(header, ","),
                     "`; it must be `group,member` or `resource,effect,subject[,not_before,expire_time]`"));
  }
  for (size_t i = 1; i < records->size(); ++i) {
    const CsvRecord& record = (*records)[i];
    const auto added = memberships ? AddMembership(record.fields, picture) : AddRule(record.fields, picture);
    if (!added.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ":", record.line, ": ", added.message()));
  }
  return absl::OkStatus();
}

}  // namespace usher::cli
