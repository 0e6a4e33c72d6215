#include "server/cli/explain_tree.h"

#include <utility>

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

std::string Via(const json& node, const char* field) {
  const std::vector<std::string> path = node.value(field, std::vector<std::string>());
  return path.size() > 1 ? absl::StrCat("  via ", absl::StrJoin(path, " → ")) : "";
}

TreeLine MatchLine(const json& match) {
  const std::string effect = match.value("effect", "");
  std::string text = absl::StrCat(Label(effect, "EFFECT_"), " ", match.value("subject", ""), StateText(match),
                                  Via(match, "membership_path"));
  if (match.value("state", "") != "RULE_STATE_IN_FORCE") return {std::move(text), Colour::kFaint};
  if (effect == "EFFECT_BREAK_GLASS") return {std::move(text), Colour::kWarning};
  return {std::move(text), effect == "EFFECT_ALLOW" ? Colour::kGood : Colour::kBad};
}

TreeLine LabelLine(const json& node) {
  std::string text = absl::StrCat("label ", LabelText(node.at("label")));
  const std::string objection = node.value("label_objection", "");
  if (objection.empty()) return {absl::StrCat(text, ": satisfied"), Colour::kGood};
  return {absl::StrCat(text, ": ", objection), Colour::kBad};
}

std::vector<TreeLine> Reasons(const json& node) {
  std::vector<TreeLine> reasons;
  for (const json& match : node.value("matches", json::array())) reasons.push_back(MatchLine(match));
  if (node.contains("label") && !LabelText(node.at("label")).empty()) reasons.push_back(LabelLine(node));
  const bool under_ceiling = !node.value("ceiling_path", json::array()).empty();
  if (node.value("ceiling_blocks", false)) {
    reasons.push_back({"the ceiling here does not name them", Colour::kBad});
  } else if (under_ceiling) {
    reasons.push_back({absl::StrCat("within the ceiling", Via(node, "ceiling_path")), Colour::kGood});
  }
  return reasons;
}

void AppendNode(const json& node, size_t depth, bool last, std::vector<TreeLine>& lines) {
  const std::string margin = depth == 0 ? "" : std::string(3 * (depth - 1), ' ');
  const bool allowed = node.value("allowed_so_far", false);
  lines.push_back(
      {absl::StrCat(margin, depth == 0 ? "" : "└─ ", ShortName(node.value("resource", "")), "  [",
                    Label(node.value("inheritance", ""), "INHERITANCE_"), "]  ", allowed ? "may read" : "may not read"),
       allowed ? Colour::kGood : Colour::kBad});
  const std::string below = depth == 0 ? "" : margin + "   ";
  const std::vector<TreeLine> reasons = Reasons(node);
  if (reasons.empty())
    lines.push_back({absl::StrCat(below, last ? "   " : "│  ", "no rule here names them"), Colour::kFaint});
  for (size_t i = 0; i < reasons.size(); ++i) {
    const bool end = last && i + 1 == reasons.size();
    lines.push_back({absl::StrCat(below, end ? "└─ " : "├─ ", reasons[i].text), reasons[i].colour});
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
  for (const json& sync : explanation.value("syncs", json::array())) lines.push_back(SyncLine(sync));
  return lines;
}

TreeLine SyncLine(const json& sync) {
  const bool stale = sync.value("stale", false);
  const bool denies = sync.value("denies", false);
  const std::string last = sync.value("last_commit_time", "");
  const std::string age = last.empty() ? "no sync yet" : absl::StrCat("last sync ", last);
  return {absl::StrCat("source ", sync.value("source", ""), ": ", age, stale ? ", stale" : "",
                       denies ? ", so that nobody reads" : ""),
          denies  ? Colour::kBad
          : stale ? Colour::kWarning
                  : Colour::kFaint};
}

}  // namespace usher::cli
