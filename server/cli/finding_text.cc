#include "server/cli/finding_text.h"

#include "absl/strings/str_cat.h"
#include "server/cli/labels.h"

namespace usher::cli {

std::string FindingText(const nlohmann::json& finding) {
  const std::string field = finding.value("field", "");
  return absl::StrCat(field.empty() ? "" : absl::StrCat("in ", field, ": "),
                      Label(finding.value("kind", ""), "FINDING_KIND_"), " ", finding.value("rule", ""), ": ",
                      Label(finding.value("action", ""), "FINDING_ACTION_"), ", ", finding.value("detail", ""));
}

}  // namespace usher::cli
