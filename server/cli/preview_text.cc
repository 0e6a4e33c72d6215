#include "server/cli/preview_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// 64-bit numbers are strings in the API's JSON.
uint64_t CountIn(const json& object, const char* field) {
  uint64_t count = 0;
  return absl::SimpleAtoi(object.value(field, "0"), &count) ? count : 0;
}

std::string Documents(const json& difference, const char* field, size_t asked_for) {
  std::vector<std::string> names;
  for (const std::string& name : difference.value(field, std::vector<std::string>())) names.push_back(ShortName(name));
  if (names.empty()) return "";
  if (names.size() >= asked_for) names.emplace_back("...");
  return absl::StrCat(": ", absl::StrJoin(names, ", "));
}

std::string Chunks(uint64_t count) { return absl::StrCat(count, count == 1 ? " chunk" : " chunks"); }

void AppendDifference(const std::string& who, const json& difference, size_t asked_for,
                      std::vector<PreviewLine>& lines) {
  if (const uint64_t gained = CountIn(difference, "gained_chunks"); gained > 0) {
    lines.push_back(
        {absl::StrCat("+ ", who, "  gains ", Chunks(gained), Documents(difference, "gained_documents", asked_for)),
         Colour::kGood});
  }
  if (const uint64_t lost = CountIn(difference, "lost_chunks"); lost > 0) {
    lines.push_back(
        {absl::StrCat("- ", who, "  loses ", Chunks(lost), Documents(difference, "lost_documents", asked_for)),
         Colour::kBad});
  }
}

void AppendQuery(const json& query, const json& difference, size_t number, std::vector<PreviewLine>& lines) {
  const auto names = [&](const char* field) { return difference.value(field, std::vector<std::string>()); };
  const bool changes = !names("appearing").empty() || !names("disappearing").empty();
  const std::string asked = query.contains("text") ? absl::StrCat("\"", query.value("text", ""), "\"") : "by vector";
  lines.push_back({absl::StrCat("query ", number, ", ", query.value("principal", ""), " in ",
                                ShortName(query.value("collection", "")), ", ", asked, changes ? ":" : ": no change")});
  for (const std::string& name : names("appearing")) {
    lines.push_back({absl::StrCat("  + ", ShortName(name)), Colour::kGood});
  }
  for (const std::string& name : names("disappearing")) {
    lines.push_back({absl::StrCat("  - ", ShortName(name)), Colour::kBad});
  }
}

}  // namespace

bool HasDifferences(const json& preview) {
  const json queries = preview.value("queries", json::array());
  return CountIn(preview, "principal_count") > 0 || preview.contains("everyone_else") ||
         std::any_of(queries.begin(), queries.end(), [](const json& query) {
           return !query.value("appearing", json::array()).empty() ||
                  !query.value("disappearing", json::array()).empty();
         });
}

std::vector<PreviewLine> PreviewLines(const json& request, const json& preview) {
  std::vector<PreviewLine> lines;
  const auto asked_for = request.value("max_names", size_t{0});
  const json differences = preview.value("differences", json::array());
  for (const json& difference : differences) {
    AppendDifference(difference.value("principal", ""), difference, asked_for, lines);
  }
  if (const uint64_t all = CountIn(preview, "principal_count"); all > differences.size()) {
    lines.push_back({absl::StrCat("... and ", all - differences.size(), " principals more; --principals lists them"),
                     Colour::kWarning});
  }
  if (preview.contains("everyone_else")) {
    AppendDifference("everyone else in the tenant", preview.at("everyone_else"), asked_for, lines);
  }
  const json queries = preview.value("queries", json::array());
  const json& asked = request.at("queries");
  for (size_t i = 0; i < queries.size() && i < asked.size(); ++i) AppendQuery(asked[i], queries[i], i + 1, lines);
  if (!HasDifferences(preview)) lines.push_back({"no difference for anybody", Colour::kFaint});
  return lines;
}

}  // namespace usher::cli
