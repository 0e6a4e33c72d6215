#include "server/cli/preview_changes.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/cli/clearance.h"
#include "server/cli/exit_code.h"
#include "server/cli/json_lines.h"
#include "server/cli/resource.h"
#include "server/cli/yaml_file.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// As many results as a search gives unasked.
constexpr int kDefaultResults = 10;
constexpr const char* kKinds[] = {"add_members", "remove_members", "policies", "clearances"};

void AddMemberships(const PreviewOptions::Memberships& memberships, json& list) {
  for (const auto& [group, member] : memberships) {
    const std::string name = absl::StartsWith(group, "group:") ? group : absl::StrCat("group:", group);
    list.push_back({{"group", name}, {"member", member}});
  }
}

absl::Status AddPolicies(const std::vector<std::string>& rules, json& list) {
  for (const std::string& text : rules) {
    const size_t equals = text.rfind('=');
    if (equals == std::string::npos) return UsageError(absl::StrCat("--rules `", text, "` is not RESOURCE=FILE"));
    auto resource = ResourceName(text.substr(0, equals));
    if (!resource.ok()) return resource.status();
    auto policy = ReadObjectFile(text.substr(equals + 1));
    if (!policy.ok()) return policy.status();
    list.push_back({{"resource", *resource}, {"policy", *std::move(policy)}});
  }
  return absl::OkStatus();
}

absl::Status AddClearances(const std::vector<std::string>& clearances, json& list) {
  for (const std::string& text : clearances) {
    auto clearance = ParseClearance(text);
    if (!clearance.ok()) return clearance.status();
    list.push_back(*std::move(clearance));
  }
  return absl::OkStatus();
}

// What the file says, with a list for each kind of change.
absl::StatusOr<json> ChangesFromFile(const std::string& path) {
  json changes = json::object();
  if (!path.empty()) {
    auto read = ReadObjectFile(path);
    if (!read.ok()) return read;
    changes = *std::move(read);
  }
  for (const char* kind : kKinds) {
    json& list = changes[kind];
    if (list.is_null()) list = json::array();
    if (!list.is_array()) return absl::InvalidArgumentError(absl::StrCat(path, ": `", kind, "` must be a list"));
  }
  return changes;
}

absl::StatusOr<json> ReadQueries(const std::string& path) {
  json queries = json::array();
  if (path.empty()) return queries;
  auto read = ForEachJsonLine(path, [&](const std::string& where, absl::StatusOr<json> line) {
    if (!line.ok()) return absl::InvalidArgumentError(absl::StrCat(where, ": ", line.status().message()));
    if (!line->contains("k")) (*line)["k"] = kDefaultResults;
    const json collection = line->value("collection", json());
    auto name = CollectionName(collection.is_string() ? std::string(collection) : "");
    if (!name.ok()) return absl::InvalidArgumentError(absl::StrCat(where, ": collection: ", name.status().message()));
    (*line)["collection"] = *name;
    queries.push_back(*std::move(line));
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  return queries;
}

}  // namespace

absl::StatusOr<json> PreviewRequest(const PreviewOptions& options) {
  auto changes = ChangesFromFile(options.changes_file);
  if (!changes.ok()) return changes;
  AddMemberships(options.add_members, changes->at("add_members"));
  AddMemberships(options.remove_members, changes->at("remove_members"));
  if (auto added = AddPolicies(options.rules, changes->at("policies")); !added.ok()) return added;
  if (auto added = AddClearances(options.clearances, changes->at("clearances")); !added.ok()) return added;
  size_t count = 0;
  for (const char* kind : kKinds) count += changes->at(kind).size();
  if (count == 0) return UsageError("name at least one change, e.g. with --add-member, --rules or --changes");
  auto queries = ReadQueries(options.queries_file);
  if (!queries.ok()) return queries;
  json collections = json::array();
  for (const std::string& text : options.collections) {
    auto name = CollectionName(text);
    if (!name.ok()) return name.status();
    collections.push_back(*name);
  }
  return json{{"changes", *std::move(changes)}, {"collections", std::move(collections)}, {"purpose", options.purpose},
              {"queries", *std::move(queries)}, {"max_principals", options.principals},  {"max_names", options.names}};
}

}  // namespace usher::cli
