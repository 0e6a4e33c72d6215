#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "server/cli/commands.h"
#include "server/cli/duration_text.h"
#include "server/cli/labels.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct CreateOptions {
  std::string principal;
  std::vector<std::string> roles;
  bool delegate = false;
  std::string lifetime;
  std::vector<std::string> groups;
};

std::string RolesOf(const json& key) {
  std::vector<std::string> roles;
  for (const std::string role : key.at("roles")) roles.push_back(Label(role, "ROLE_"));
  if (key.value("delegate", false)) roles.emplace_back("delegate");
  return absl::StrJoin(roles, ", ");
}

absl::StatusOr<ExitCode> Create(Session& session, const CreateOptions& options) {
  json request = {{"principal", options.principal},
                  {"roles", json::array()},
                  {"delegate", options.delegate},
                  {"groups", options.groups}};
  for (const std::string& role : options.roles) request["roles"].push_back(Constant(role, "ROLE_"));
  if (!options.lifetime.empty()) {
    auto lifetime = ApiDuration("--lifetime", options.lifetime, absl::Minutes(1));
    if (!lifetime.ok()) return lifetime.status();
    request["lifetime"] = *lifetime;
  }
  auto answer = session.Call("usher.v1.AdminService/CreateApiKey", request);
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
    return ExitCode::kOk;
  }
  const json& key = answer->at("api_key");
  out.Note(absl::StrCat("key ", key.value("key_id", ""), " for ", key.value("principal", ""), " (", RolesOf(key),
                        "), shown once; keep it:"));
  out.Line(answer->value("secret", ""));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  Output& out = session.out();
  Table table({{.title = "KEY"},
               {.title = "PRINCIPAL", .flexible = true},
               {.title = "ROLES", .flexible = true},
               {.title = "GROUPS", .flexible = true},
               {.title = "CREATED"},
               {.title = "EXPIRES"},
               {.title = "STATE"}});
  auto listed = session.List("usher.v1.AdminService/ListApiKeys", json::object(), "api_keys", [&](const json& key) {
    if (out.json()) return out.Json(key);
    table.AddRow({key.value("key_id", ""), key.value("principal", ""), RolesOf(key),
                  absl::StrJoin(key.value("groups", std::vector<std::string>()), ", "), key.value("create_time", ""),
                  key.value("expire_time", "never"), key.value("revoked", false) ? "revoked" : "valid"});
  });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Revoke(Session& session, const std::string& key_id) {
  auto answer = session.Call("usher.v1.AdminService/RevokeApiKey", {{"key_id", key_id}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line("revoked " + key_id);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddKeyCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "key", "Make, list and revoke API keys");
  group->alias("keys");
  auto options = std::make_shared<CreateOptions>();
  CLI::App* create = group->add_subcommand("create", "Make a key; the secret goes to standard output, once");
  create->add_option("PRINCIPAL", options->principal, "Who the key is: user:ID or service:ID")->required();
  create->add_option("--role", options->roles, "What it may do; may be given several times")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"reader", "owner", "administrator", "auditor", "operator"}));
  create->add_flag("--delegate", options->delegate, "It may act for others (--as)");
  create->add_option("--lifetime", options->lifetime, "How long it is valid, e.g. 720h; without: until it is revoked");
  create
      ->add_option("--group", options->groups,
                   "Groups group:SOURCE/ID that it is in by this key, where `settings` accept their source")
      ->delimiter(',')
      ->allow_extra_args(false);
  program.Run(create, [&program, options] { return Create(program.session, *options); });

  program.Run(group->add_subcommand("list", "List the keys"), [&program] { return List(program.session); });

  auto key_id = std::make_shared<std::string>();
  CLI::App* revoke = group->add_subcommand("revoke", "Refuse a key from now on");
  revoke->add_option("KEY", *key_id, "Its id, as `key list` shows it")->required();
  program.Run(revoke, [&program, key_id] { return Revoke(program.session, *key_id); });
}

}  // namespace usher::cli
