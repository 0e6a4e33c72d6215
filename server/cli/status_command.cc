#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "server/cli/commands.h"
#include "server/cli/labels.h"

namespace usher::cli {
namespace {

using nlohmann::json;

void PrintStatistics(const json& statistics, Output& out) {
  Table table({{.title = "STATISTIC"}, {.title = "VALUE", .align_right = true}});
  for (const char* name : {"collections", "documents", "chunks", "classes", "groups", "uptime"}) {
    if (statistics.contains(name)) table.AddRow({name, statistics.at(name)});
  }
  out.Print(table);
  const std::string defects = statistics.value("verify_defects", "0");
  if (defects != "0") out.Line("verify_defects: " + defects + " - a defect of the server: report it", Colour::kBad);
}

absl::StatusOr<ExitCode> Status(Session& session) {
  auto info = session.Call("usher.v1.AdminService/GetServerInfo", json::object());
  if (!info.ok()) return info.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*info);
    return ExitCode::kOk;
  }
  std::vector<std::string> roles;
  for (const std::string role : info->at("roles")) roles.push_back(Label(role, "ROLE_"));
  const std::string model = info->value("embedding_model", "");
  Table table({{.title = "SERVER"}, {.title = session.options().server}});
  table.AddRow({"version", info->value("version", "")});
  table.AddRow({"you are", info->value("principal", "")});
  table.AddRow({"tenant", info->value("tenant", "")});
  table.AddRow({"roles", absl::StrJoin(roles, ", ")});
  table.AddRow(
      {"embedding model",
       model.empty() ? "none" : model + ", dimension " + std::to_string(info->value("embedding_dimension", 0))});
  out.Print(table);
  if (info->contains("statistics")) {
    out.Line("");
    PrintStatistics(info->at("statistics"), out);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddStatusCommand(Program& program) {
  CLI::App* command = program.app.add_subcommand("status", "Show the server, who you are to it, and what it holds");
  program.Run(command, [&program] { return Status(program.session); });
}

}  // namespace usher::cli
