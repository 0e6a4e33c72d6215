#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/cli/commands.h"
#include "server/cli/labels.h"
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
};

using PolicyEdit = std::function<absl::Status(json& policy)>;

void PrintPolicy(const std::string& resource, const json& policy, Output& out) {
  const std::string inheritance = policy.value("inheritance", "INHERITANCE_UNSPECIFIED");
  const json rules = policy.value("rules", json::array());
  const bool stated = inheritance != "INHERITANCE_UNSPECIFIED";
  out.Line(absl::StrCat(ShortName(resource), stated ? ": " + Label(inheritance, "INHERITANCE_") : "",
                        rules.empty() ? ": no rules of its own" : ""));
  if (rules.empty()) return;
  Table table({{.title = "EFFECT"}, {.title = "SUBJECT", .flexible = true}, {.title = "FROM"}, {.title = "UNTIL"}});
  for (const json& rule : rules) {
    for (const std::string subject : rule.at("subjects")) {
      table.AddRow({Label(rule.value("effect", ""), "EFFECT_"), subject, rule.value("not_before", ""),
                    rule.value("expire_time", "")});
    }
  }
  out.Print(table);
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& text) {
  auto resource = ResourceName(text);
  if (!resource.ok()) return resource.status();
  auto answer = session.Call(kGetPolicy, {{"resource", *resource}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintPolicy(*resource, answer->value("policy", json::object()), session.out());
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Write(Session& session, const std::string& resource, const json& policy,
                               const std::string& etag) {
  json update = {{"resource", resource}, {"policy", policy}};
  if (!etag.empty()) update["etag"] = etag;
  auto answer = session.Call(kSetPolicies, {{"updates", json::array({update})}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintPolicy(resource, policy, session.out());
    session.out().Line("in force now", Colour::kGood);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Set(Session& session, const RulesCommand& command) {
  auto resource = ResourceName(command.resource);
  if (!resource.ok()) return resource.status();
  if (!command.rules.HasSubjects() && !command.rules.HasInheritance()) {
    return UsageError("say who may read with --allow or --deny; `usher rules clear` takes all rules away");
  }
  auto policy = MakePolicy(command.rules, absl::Now());
  if (!policy.ok()) return policy.status();
  return Write(session, *resource, *policy, "");
}

absl::StatusOr<ExitCode> Clear(Session& session, const std::string& text) {
  auto resource = ResourceName(text);
  if (!resource.ok()) return resource.status();
  return Write(session, *resource, json::object(), "");
}

// Reads, changes and writes back under the etag read, so that no change made by somebody else in between is lost.
absl::StatusOr<ExitCode> Change(Session& session, const RulesCommand& command, const PolicyEdit& edit) {
  auto resource = ResourceName(command.resource);
  if (!resource.ok()) return resource.status();
  if (!command.rules.HasSubjects()) return UsageError("name subjects with --allow or --deny");
  absl::StatusOr<ExitCode> written = absl::InternalError("not tried");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto answer = session.Call(kGetPolicy, {{"resource", *resource}});
    if (!answer.ok()) return answer.status();
    const std::string etag = answer->value("etag", "");
    if (etag.empty()) return absl::InternalError("the server gave no etag, so the rules cannot be changed safely");
    json policy = answer->value("policy", json::object());
    if (auto edited = edit(policy); !edited.ok()) return edited;
    written = Write(session, *resource, policy, etag);
    if (!absl::IsAborted(written.status())) return written;
  }
  return written;
}

std::shared_ptr<RulesCommand> NewCommand(CLI::App& command) {
  auto options = std::make_shared<RulesCommand>();
  command.add_option("RESOURCE", options->resource, "A collection or document, e.g. handbook or handbook/hr/leave.md")
      ->required();
  return options;
}

void AddSet(Program& program, CLI::App& group) {
  CLI::App* command = group.add_subcommand("set", "Replace the rules of a collection or document");
  auto options = NewCommand(*command);
  AddSubjectOptions(*command, options->rules);
  AddInheritanceOptions(*command, options->rules);
  AddExpiryOptions(*command, options->rules);
  program.Run(command, [&program, options] { return Set(program.session, *options); });
}

void AddChanges(Program& program, CLI::App& group) {
  CLI::App* add = group.add_subcommand("add", "Add rules to those that are there");
  auto added = NewCommand(*add);
  AddSubjectOptions(*add, added->rules);
  AddExpiryOptions(*add, added->rules);
  program.Run(add, [&program, added] {
    return Change(program.session, *added,
                  [&](json& policy) { return AddSubjects(added->rules, absl::Now(), policy); });
  });

  CLI::App* remove = group.add_subcommand("remove", "Take subjects out of the rules that are there");
  auto removed = NewCommand(*remove);
  AddSubjectOptions(*remove, removed->rules);
  program.Run(remove, [&program, removed] {
    return Change(program.session, *removed, [&](json& policy) { return RemoveSubjects(removed->rules, policy); });
  });
}

}  // namespace

void AddRulesCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "rules", "Show and change who may read a collection or document");
  CLI::App* show = group->add_subcommand("show", "Show the node's own rules; `explain` shows what they come to");
  auto shown = NewCommand(*show);
  program.Run(show, [&program, shown] { return Show(program.session, shown->resource); });
  AddSet(program, *group);
  AddChanges(program, *group);
  CLI::App* clear =
      group->add_subcommand("clear", "Take all own rules away: a document then inherits its collection's");
  auto cleared = NewCommand(*clear);
  program.Run(clear, [&program, cleared] { return Clear(program.session, cleared->resource); });
}

}  // namespace usher::cli
