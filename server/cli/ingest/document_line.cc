#include "server/cli/ingest/document_line.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "server/cli/labels.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using Fields = std::initializer_list<absl::string_view>;

// Checks that `object` is one and holds nothing but `fields`.
absl::Status CheckFields(const json& object, absl::string_view what, Fields fields) {
  if (!object.is_object()) return absl::InvalidArgumentError(absl::StrCat(what, " must be an object, {...}"));
  for (const auto& [key, value] : object.items()) {
    if (std::find(fields.begin(), fields.end(), key) == fields.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, " has the unknown field `", key, "`; known are ", absl::StrJoin(fields, ", ")));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckStrings(const json& object, absl::string_view what, Fields fields) {
  for (const absl::string_view field : fields) {
    const auto found = object.find(std::string(field));
    if (found != object.end() && !found->is_string()) {
      return absl::InvalidArgumentError(absl::StrCat("`", field, "` of ", what, " must be a string"));
    }
  }
  return absl::OkStatus();
}

void CopyIfPresent(const json& from, json& to, Fields fields) {
  for (const absl::string_view field : fields) {
    const auto found = from.find(std::string(field));
    if (found != from.end()) to[std::string(field)] = *found;
  }
}

absl::StatusOr<json> ChunkFrom(const json& chunk) {
  if (auto checked = CheckFields(chunk, "a chunk", {"text", "vector", "headings", "metadata"}); !checked.ok())
    return checked;
  if (!chunk.contains("text")) return absl::InvalidArgumentError("a chunk has no `text`");
  json result;
  CopyIfPresent(chunk, result, {"text", "headings", "metadata"});
  if (!chunk.contains("vector")) return result;
  const json& vector = chunk.at("vector");
  if (!vector.is_array() || !std::all_of(vector.begin(), vector.end(), [](const json& v) { return v.is_number(); })) {
    return absl::InvalidArgumentError("`vector` must be a list of numbers");
  }
  result["vector"] = {{"values", vector}};
  return result;
}

absl::StatusOr<json> ChunksFrom(const json& list) {
  if (!list.is_array()) return absl::InvalidArgumentError("`chunks` must be a list, [...]");
  json chunks = json::array();
  for (const json& element : list) {
    auto chunk = ChunkFrom(element);
    if (!chunk.ok()) return chunk.status();
    chunks.push_back(*std::move(chunk));
  }
  return json{{"chunks", std::move(chunks)}};
}

absl::Status AddContent(const json& line, json& document) {
  const bool text = line.contains("text");
  const bool vector = line.contains("vector");
  if (text == line.contains("chunks") || (vector && !text)) {
    return absl::InvalidArgumentError("give either `text`, alone or with `vector`, or `chunks`");
  }
  if (line.contains("format") && (vector || !text)) {
    return absl::InvalidArgumentError("`format` goes with a `text` that the server cuts; ready chunks have none");
  }
  if (text && !vector) {
    const std::string format = line.value("format", "plain");
    if (format != "plain" && format != "markdown" && format != "html") {
      return absl::InvalidArgumentError(absl::StrCat("`format` is `", format, "`; write plain, markdown or html"));
    }
    document["source"] = {{"text", line.at("text")}, {"format", Constant(format, "TEXT_FORMAT_")}};
    return absl::OkStatus();
  }
  auto chunks =
      ChunksFrom(text ? json::array({{{"text", line.at("text")}, {"vector", line.at("vector")}}}) : line.at("chunks"));
  if (!chunks.ok()) return chunks.status();
  document["chunks"] = *std::move(chunks);
  return absl::OkStatus();
}

absl::StatusOr<json> RuleFrom(const json& rule) {
  if (auto checked = CheckFields(rule, "a rule", {"effect", "subjects", "not_before", "expire_time"}); !checked.ok()) {
    return checked;
  }
  if (auto checked = CheckStrings(rule, "a rule", {"effect", "not_before", "expire_time"}); !checked.ok())
    return checked;
  const std::string effect = Constant(rule.value("effect", ""), "EFFECT_");
  if (effect != "EFFECT_ALLOW" && effect != "EFFECT_DENY") {
    return absl::InvalidArgumentError("`effect` of a rule must be allow or deny");
  }
  const json subjects = rule.value("subjects", json());
  if (!subjects.is_array() || subjects.empty()) {
    return absl::InvalidArgumentError("`subjects` of a rule must list who it is about, e.g. [\"group:hr\"]");
  }
  json result = {{"effect", effect}, {"subjects", subjects}};
  CopyIfPresent(rule, result, {"not_before", "expire_time"});
  return result;
}

absl::StatusOr<json> PolicyFrom(const json& policy) {
  if (auto checked = CheckFields(policy, "`policy`", {"inheritance", "rules"}); !checked.ok()) return checked;
  if (auto checked = CheckStrings(policy, "`policy`", {"inheritance"}); !checked.ok()) return checked;
  json result = {{"rules", json::array()}};
  if (policy.contains("inheritance")) {
    const std::string inheritance = Constant(policy.at("inheritance").get<std::string>(), "INHERITANCE_");
    if (inheritance != "INHERITANCE_INHERIT" && inheritance != "INHERITANCE_RESTRICT" &&
        inheritance != "INHERITANCE_REPLACE") {
      return absl::InvalidArgumentError("`inheritance` must be inherit, restrict or replace");
    }
    result["inheritance"] = inheritance;
  }
  const json rules = policy.value("rules", json::array());
  if (!rules.is_array()) return absl::InvalidArgumentError("`rules` of `policy` must be a list, [...]");
  for (const json& element : rules) {
    auto rule = RuleFrom(element);
    if (!rule.ok()) return rule.status();
    result["rules"].push_back(*std::move(rule));
  }
  return result;
}

}  // namespace

absl::StatusOr<json> DocumentFromLine(const json& line, absl::string_view collection) {
  if (auto checked = CheckFields(
          line, "the line", {"id", "title", "source_uri", "text", "format", "metadata", "policy", "vector", "chunks"});
      !checked.ok()) {
    return checked;
  }
  if (auto checked = CheckStrings(line, "the line", {"id", "title", "source_uri", "text", "format"}); !checked.ok()) {
    return checked;
  }
  if (line.value("id", "").empty()) return absl::InvalidArgumentError("`id` is missing; it names the document");
  json document = {{"name", absl::StrCat(collection, "/documents/", line.at("id").get<std::string>())}};
  CopyIfPresent(line, document, {"title", "source_uri", "metadata"});
  if (auto added = AddContent(line, document); !added.ok()) return added;
  if (line.contains("policy")) {
    auto policy = PolicyFrom(line.at("policy"));
    if (!policy.ok()) return policy.status();
    document["policy"] = *std::move(policy);
  }
  return document;
}

}  // namespace usher::cli
