#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/cli/commands.h"
#include "server/cli/labels.h"
#include "server/cli/limit_edit.h"
#include "server/cli/policy_view.h"
#include "server/cli/resource.h"
#include "server/cli/rule_edit.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kGetPolicy[] = "usher.v1.AccessService/GetPolicy";
constexpr char kSetPolicies[] = "usher.v1.AccessService/SetPolicies";
// A change is carried out again on what somebody else has just written, but not for ever.
constexpr int kAttempts = 5;

struct RulesCommand {
  std::string resource;
  RuleOptions rules;
  LimitOptions limits;
  bool all = false;
};

using PolicyEdit = std::function<absl::Status(json& policy)>;

absl::StatusOr<ExitCode> Show(Session& session, const std::string& text) {
  auto resource = ResourceName(text);
  if (!resource.ok()) return resource.status();
  auto answer = session.Call(kGetPolicy, {{"resource", *resource}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintPolicy(*resource, answer->value("policy", json::object()), answer->value("source", ""), session.out());
  }
  return ExitCode::kOk;
}

// Leaves out what was read but may not be written: grants, which stay by themselves, and for owners what only
// administrators set, which stays when it is left out.
absl::Status MakeWritable(Session& session, bool for_administrators, json& policy) {
  json rules = json::array();
  for (json& rule : policy["rules"]) {
    if (rule.value("effect", "") != "EFFECT_BREAK_GLASS") rules.push_back(std::move(rule));
  }
  policy["rules"] = std::move(rules);
  const bool limited =
      !policy.value("ceiling", json::array()).empty() || !policy.value("owners", json::array()).empty();
  if (!limited || for_administrators) return absl::OkStatus();
  auto caller = session.Call("usher.v1.AdminService/GetServerInfo", json::object());
  if (!caller.ok()) return caller.status();
  const json& roles = caller->at("roles");
  if (std::find(roles.begin(), roles.end(), "ROLE_ADMINISTRATOR") != roles.end()) return absl::OkStatus();
  policy.erase("ceiling");
  policy.erase("owners");
  return absl::OkStatus();
}

absl::Status Write(Session& session, const std::string& resource, const json& policy, const std::string& etag) {
  const json update = {{"resource", resource}, {"policy", policy}, {"etag", etag}};
  auto answer = session.Call(kSetPolicies, {{"updates", json::array({update})}});
  if (!answer.ok()) return answer.status();
  WarnOfUnknownSubjects(*answer, session.out());
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintPolicy(resource, policy, "", session.out());
    session.out().Line("in force now", Colour::kGood);
  }
  return absl::OkStatus();
}

// Reads, changes and writes back under the etag read, so that no change made by somebody else in between is lost.
absl::StatusOr<ExitCode> Change(Session& session, const RulesCommand& command, const PolicyEdit& edit) {
  auto resource = ResourceName(command.resource);
  if (!resource.ok()) return resource.status();
  absl::Status written = absl::InternalError("not tried");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto answer = session.Call(kGetPolicy, {{"resource", *resource}});
    if (!answer.ok()) return answer.status();
    const std::string etag = answer->value("etag", "");
    if (etag.empty()) return absl::InternalError("the server gave no etag, so the rules cannot be changed safely");
    json policy = answer->value("policy", json::object());
    if (auto edited = edit(policy); !edited.ok()) return edited;
    auto writable = MakeWritable(session, command.all || command.limits.for_administrators(), policy);
    if (!writable.ok()) return writable;
    written = Write(session, *resource, policy, etag);
    if (!absl::IsAborted(written)) break;
  }
  if (!written.ok()) return written;
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Set(Session& session, const RulesCommand& command) {
  if (!command.rules.HasSubjects() && !command.rules.HasInheritance()) {
    return UsageError(
        "say who may read with --allow or --deny; `usher rules clear` takes all rules away, and `usher rules add` "
        "changes label, ceiling and owners alone");
  }
  auto made = MakePolicy(command.rules, absl::Now());
  if (!made.ok()) return made.status();
  return Change(session, command, [&](json& policy) {
    policy.erase("inheritance");
    policy.update(*made);
    SetLimits(command.limits, policy);
    return absl::OkStatus();
  });
}

absl::StatusOr<ExitCode> Clear(Session& session, const RulesCommand& command) {
  return Change(session, command, [&](json& policy) {
    if (command.all) {
      policy = json::object();
    } else {
      policy.erase("inheritance");
      policy.erase("rules");
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<ExitCode> AddOrRemove(Session& session, const RulesCommand& command, const PolicyEdit& edit) {
  if (command.rules.HasSubjects() || command.limits.any()) return Change(session, command, edit);
  return UsageError("name what to change, e.g. subjects with --allow or --deny");
}

absl::StatusOr<ExitCode> Folders(Session& session, const std::string& text) {
  auto collection = CollectionName(text);
  if (!collection.ok()) return collection.status();
  Output& out = session.out();
  Table table({{.title = "FOLDER"}, {.title = "POLICY", .flexible = true}, {.title = "SOURCE"}});
  auto listed = session.List(
      "usher.v1.AccessService/ListFolders", {{"collection", *collection}}, "folders", [&](const json& folder) {
        if (out.json()) return out.Json(folder);
        table.AddRow({ShortName(folder.value("name", "")), PolicyLine(folder.value("policy", json::object())),
                      folder.value("source", "")});
      });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

std::shared_ptr<RulesCommand> NewCommand(CLI::App& command) {
  auto options = std::make_shared<RulesCommand>();
  command.add_option("RESOURCE", options->resource, kResourceHelp)->required();
  return options;
}

void AddSet(Program& program, CLI::App& group) {
  CLI::App* command =
      group.add_subcommand("set", "Replace the rules; label, ceiling and owners stay where they are not named");
  auto options = NewCommand(*command);
  AddSubjectOptions(*command, options->rules);
  AddInheritanceOptions(*command, options->rules);
  AddExpiryOptions(*command, options->rules);
  AddLevelOption(*command, options->limits);
  AddLimitListOptions(*command, options->limits);
  program.Run(command, [&program, options] { return Set(program.session, *options); });

  CLI::App* clear =
      group.add_subcommand("clear", "Take all own rules away: it then inherits what is above; label, ceiling stay");
  auto cleared = NewCommand(*clear);
  clear->add_flag("--all", cleared->all, "Take label, ceiling and owners away as well");
  program.Run(clear, [&program, cleared] { return Clear(program.session, *cleared); });
}

void AddChanges(Program& program, CLI::App& group) {
  CLI::App* add = group.add_subcommand("add", "Add rules, label, ceiling or owners to those that are there");
  auto added = NewCommand(*add);
  AddSubjectOptions(*add, added->rules);
  AddExpiryOptions(*add, added->rules);
  AddLevelOption(*add, added->limits);
  AddLimitListOptions(*add, added->limits);
  program.Run(add, [&program, added] {
    return AddOrRemove(program.session, *added, [&](json& policy) {
      AddLimits(added->limits, policy);
      return AddSubjects(added->rules, absl::Now(), policy);
    });
  });

  CLI::App* remove = group.add_subcommand("remove", "Take names out of rules, label, ceiling or owners");
  auto removed = NewCommand(*remove);
  AddSubjectOptions(*remove, removed->rules);
  AddLimitListOptions(*remove, removed->limits);
  AddNoLimitOptions(*remove, removed->limits);
  program.Run(remove, [&program, removed] {
    return AddOrRemove(program.session, *removed, [&](json& policy) {
      if (auto limits = RemoveLimits(removed->limits, policy); !limits.ok()) return limits;
      return RemoveSubjects(removed->rules, policy);
    });
  });
}

}  // namespace

void AddRulesCommands(Program& program) {
  CLI::App* group =
      Program::AddGroup(program.app, "rules", "Show and change who may read a collection, folder, document or chunk");
  CLI::App* show = group->add_subcommand("show", "Show the node's own policy; `explain` shows what it comes to");
  auto shown = NewCommand(*show);
  program.Run(show, [&program, shown] { return Show(program.session, shown->resource); });
  AddSet(program, *group);
  AddChanges(program, *group);

  auto collection = std::make_shared<std::string>();
  CLI::App* folders = group->add_subcommand("folders", "List the folders of a collection that have a policy");
  folders->add_option("COLLECTION", *collection, "e.g. handbook")->required();
  program.Run(folders, [&program, collection] { return Folders(program.session, *collection); });
}

}  // namespace usher::cli
