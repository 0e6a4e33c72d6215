#include "server/cli/explain_tree.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

std::string StateText(const json& match) {
  const std::string state = match.value("state", "");
  if (state == "RULE_STATE_EXPIRED") return absl::StrCat(" (expired ", match.value("expire_time", ""), ")");
  if (state == "RULE_STATE_NOT_YET") return absl::StrCat(" (not before ", match.value("not_before", ""), ")");
  if (match.contains("expire_time")) return absl::StrCat(" (until ", match.value("expire_time", ""), ")");
  return "";
}

TreeLine MatchLine(const json& match, const std::string& indent) {
  const std::vector<std::string> path = match.value("membership_path", std::vector<std::string>());
  const std::string effect = match.value("effect", "");
  std::string text = absl::StrCat(indent, Label(effect, "EFFECT_"), " ", match.value("subject", ""), StateText(match));
  if (path.size() > 1) absl::StrAppend(&text, "  via ", absl::StrJoin(path, " → "));
  if (match.value("state", "") != "RULE_STATE_IN_FORCE") return {std::move(text), Colour::kFaint};
  return {std::move(text), effect == "EFFECT_ALLOW" ? Colour::kGood : Colour::kBad};
}

void AppendNode(const json& node, size_t depth, bool last, std::vector<TreeLine>& lines) {
  const std::string margin = depth == 0 ? "" : std::string(3 * (depth - 1), ' ');
  const bool allowed = node.value("allowed_so_far", false);
  lines.push_back(
      {absl::StrCat(margin, depth == 0 ? "" : "└─ ", ShortName(node.value("resource", "")), "  [",
                    Label(node.value("inheritance", ""), "INHERITANCE_"), "]  ", allowed ? "may read" : "may not read"),
       allowed ? Colour::kGood : Colour::kBad});
  const std::string below = depth == 0 ? "" : margin + "   ";
  const json matches = node.value("matches", json::array());
  if (matches.empty())
    lines.push_back({absl::StrCat(below, last ? "   " : "│  ", "no rule here names them"), Colour::kFaint});
  for (size_t i = 0; i < matches.size(); ++i) {
    const bool end = last && i + 1 == matches.size();
    lines.push_back(MatchLine(matches[i], absl::StrCat(below, end ? "└─ " : "├─ ")));
  }
}

}  // namespace

std::vector<TreeLine> ExplainTree(const json& explanation) {
  std::vector<TreeLine> lines;
  lines.push_back(
      {explanation.value("summary", ""), explanation.value("allowed", false) ? Colour::kGood : Colour::kBad});
  const json nodes = explanation.value("nodes", json::array());
  for (size_t depth = 0; depth < nodes.size(); ++depth) {
    AppendNode(nodes[depth], depth, depth + 1 == nodes.size(), lines);
  }
  return lines;
}

}  // namespace usher::cli
