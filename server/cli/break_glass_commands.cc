#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/cli/commands.h"
#include "server/cli/duration_text.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct RequestOptions {
  std::string principal;
  std::string resource;
  std::string reason;
  std::string duration;
};

std::string StateOf(const json& grant) { return Label(grant.value("state", ""), "BREAK_GLASS_STATE_"); }

// What happens next, for a person.
std::string NextStep(const json& grant) {
  const std::string state = StateOf(grant);
  if (state == "requested") {
    return absl::StrCat("another administrator puts it in force: usher break-glass approve ", grant.value("id", ""));
  }
  if (state == "approved") return absl::StrCat("in force until ", grant.value("expire_time", ""));
  return "";
}

absl::StatusOr<ExitCode> Tell(Session& session, const absl::StatusOr<json>& grant) {
  if (!grant.ok()) return grant.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*grant);
    return ExitCode::kOk;
  }
  out.Line(absl::StrCat(grant->value("id", ""), ": ", StateOf(*grant), ", ", grant->value("principal", ""), " reads ",
                        ShortName(grant->value("resource", ""))),
           Colour::kWarning);
  if (const std::string next = NextStep(*grant); !next.empty()) out.Line(next);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Request(Session& session, const RequestOptions& options) {
  auto resource = ResourceName(options.resource);
  if (!resource.ok()) return resource.status();
  auto duration = ApiDuration("--for", options.duration, absl::Minutes(1));
  if (!duration.ok()) return duration.status();
  return Tell(session, session.Call("usher.v1.AccessService/RequestBreakGlass", {{"resource", *resource},
                                                                                 {"principal", options.principal},
                                                                                 {"reason", options.reason},
                                                                                 {"duration", *duration}}));
}

absl::StatusOr<ExitCode> List(Session& session) {
  Output& out = session.out();
  Table table({{.title = "GRANT"},
               {.title = "STATE"},
               {.title = "PRINCIPAL", .flexible = true},
               {.title = "RESOURCE", .flexible = true},
               {.title = "UNTIL"},
               {.title = "REQUESTED BY", .flexible = true},
               {.title = "APPROVED BY", .flexible = true},
               {.title = "REASON", .flexible = true}});
  auto listed = session.List("usher.v1.AccessService/ListBreakGlass", json::object(), "grants", [&](const json& grant) {
    if (out.json()) return out.Json(grant);
    table.AddRow({grant.value("id", ""), StateOf(grant), grant.value("principal", ""),
                  ShortName(grant.value("resource", "")), grant.value("expire_time", ""),
                  grant.value("requested_by", ""), grant.value("approved_by", ""), grant.value("reason", "")});
  });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

void AddStep(Program& program, CLI::App& group, const char* name, const char* method, const char* help) {
  auto id = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand(name, help);
  command->add_option("GRANT", *id, "Its id, as `break-glass list` shows it")->required();
  program.Run(command, [&program, method, id] {
    return Tell(program.session, program.session.Call(method, {{"id", *id}}));
  });
}

}  // namespace

void AddBreakGlassCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "break-glass",
                                      "Grant reading in an emergency: two administrators, a limited time, audited");
  auto options = std::make_shared<RequestOptions>();
  CLI::App* request = group->add_subcommand("request", "Ask for a grant; it takes another administrator's approval");
  request->add_option("PRINCIPAL", options->principal, "Who is to read: user:ID or service:ID")->required();
  request->add_option("RESOURCE", options->resource, kResourceHelp)->required();
  request->add_option("--reason", options->reason, "Why, in 10 to 1,000 bytes; kept in the audit log")->required();
  request->add_option("--for", options->duration, "How long, from the approval on: 1m to 24h")->required();
  program.Run(request, [&program, options] { return Request(program.session, *options); });
  AddStep(program, *group, "approve", "usher.v1.AccessService/ApproveBreakGlass",
          "Put a grant in force that another administrator asked for");
  AddStep(program, *group, "end", "usher.v1.AccessService/EndBreakGlass", "End a grant, or drop a request");
  program.Run(group->add_subcommand("list", "List the grants, newest first"),
              [&program] { return List(program.session); });
}

}  // namespace usher::cli
