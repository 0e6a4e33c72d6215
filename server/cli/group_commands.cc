#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/cli/commands.h"
#include "server/cli/json_lines.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kUpdateMembers[] = "usher.v1.AccessService/UpdateMembers";
// Half of what one request may hold.
constexpr size_t kMembershipsPerRequest = 5000;

struct GroupOptions {
  std::string group;
  std::vector<std::string> members;
};

// `eng` is short for `group:eng`.
std::string GroupName(const std::string& text) {
  return absl::StartsWith(text, "group:") ? text : absl::StrCat("group:", text);
}

absl::StatusOr<ExitCode> Update(Session& session, const char* field, const GroupOptions& options) {
  json memberships = json::array();
  for (const std::string& member : options.members) {
    memberships.push_back({{"group", GroupName(options.group)}, {"member", member}});
  }
  auto answer = session.Call(kUpdateMembers, {{field, memberships}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line(absl::StrCat(GroupName(options.group), ": ",
                                    absl::string_view(field) == "add" ? "added " : "removed ", options.members.size(),
                                    " members, in force now"));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  Output& out = session.out();
  Table table({{.title = "GROUP", .flexible = true}, {.title = "MEMBERS", .align_right = true}});
  auto listed = session.List("usher.v1.AccessService/ListGroups", json::object(), "groups", [&](const json& group) {
    if (out.json()) return out.Json(group);
    table.AddRow({group.value("group", ""), std::to_string(group.value("member_count", 0))});
  });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Members(Session& session, const std::string& group) {
  Output& out = session.out();
  auto listed =
      session.List("usher.v1.AccessService/ListMembers", {{"group", GroupName(group)}}, "members",
                   [&](const json& member) { out.json() ? out.Json(member) : out.Line(std::string(member)); });
  if (!listed.ok()) return listed;
  return ExitCode::kOk;
}

// Collects memberships and sends them in atomic requests; counts what was acknowledged.
class Importer {
 public:
  explicit Importer(Session& session) : session_(session) {}

  absl::Status Add(const std::string& where, const absl::StatusOr<json>& line) {
    if (!line.ok()) return absl::InvalidArgumentError(absl::StrCat(where, ": ", line.status().message()));
    const bool fits =
        line->size() == 2 && line->value("group", json()).is_string() && line->value("member", json()).is_string();
    if (!fits) {
      return absl::InvalidArgumentError(
          absl::StrCat(where, ": write exactly {\"group\": \"group:ID\", \"member\": \"user:ID\"}"));
    }
    if (pending_.empty()) first_ = where;
    last_ = where;
    pending_.emplace(line->at("group"), line->at("member"));
    return pending_.size() < kMembershipsPerRequest ? absl::OkStatus() : Send();
  }

  absl::Status Send() {
    if (pending_.empty()) return absl::OkStatus();
    json memberships = json::array();
    for (const auto& [group, member] : pending_) memberships.push_back({{"group", group}, {"member", member}});
    auto answer = session_.Call(kUpdateMembers, {{"add", memberships}});
    if (!answer.ok()) {
      return absl::Status(
          answer.status().code(),
          absl::StrCat("lines ", first_, " to ", last_, " were refused, all of them: ", answer.status().message()));
    }
    if (session_.out().json()) session_.out().Json(*answer);
    sent_ += pending_.size();
    pending_.clear();
    return absl::OkStatus();
  }

  size_t sent() const { return sent_; }

 private:
  Session& session_;
  std::set<std::pair<std::string, std::string>> pending_;  // a request may name nothing twice
  std::string first_;
  std::string last_;
  size_t sent_ = 0;
};

absl::StatusOr<ExitCode> Import(Session& session, const std::string& path) {
  Importer importer(session);
  auto imported = ForEachJsonLine(
      path, [&](const std::string& where, const absl::StatusOr<json>& line) { return importer.Add(where, line); });
  if (imported.ok()) imported = importer.Send();
  const std::string count = absl::StrCat(importer.sent(), " memberships are in force");
  if (!imported.ok()) {
    session.out().Note(
        absl::StrCat(count, "; correct the file and import all of it again, which changes nothing twice"));
    return imported;
  }
  if (!session.out().json()) session.out().Line(count);
  return ExitCode::kOk;
}

void AddUpdate(Program& program, CLI::App& group, const char* name, const char* field, const char* help) {
  auto options = std::make_shared<GroupOptions>();
  CLI::App* command = group.add_subcommand(name, help);
  command->add_option("GROUP", options->group, "e.g. eng or group:eng")->required();
  command->add_option("MEMBER", options->members, "user:ID, service:ID or group:ID")->required();
  program.Run(command, [&program, field, options] { return Update(program.session, field, *options); });
}

}  // namespace

void AddGroupCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "group", "Change and list groups and their members");
  AddUpdate(program, *group, "add", "add", "Put members into a group, all or none");
  AddUpdate(program, *group, "remove", "remove", "Take members out of a group, all or none");
  program.Run(group->add_subcommand("list", "List the groups"), [&program] { return List(program.session); });

  auto name = std::make_shared<std::string>();
  CLI::App* members = group->add_subcommand("members", "List the direct members of a group");
  members->add_option("GROUP", *name, "e.g. eng or group:eng")->required();
  program.Run(members, [&program, name] { return Members(program.session, *name); });

  auto path = std::make_shared<std::string>();
  CLI::App* import = group->add_subcommand("import", "Add the memberships of a file, in batches");
  import->add_option("FILE", *path, R"(Lines like {"group": "group:eng", "member": "user:ann"})")->required();
  program.Run(import, [&program, path] { return Import(program.session, *path); });
}

}  // namespace usher::cli
