#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/clearance.h"
#include "server/cli/commands.h"

namespace usher::cli {
namespace {

using nlohmann::json;

absl::StatusOr<ExitCode> Set(Session& session, const std::vector<std::string>& texts) {
  json clearances = json::array();
  for (const std::string& text : texts) {
    auto clearance = ParseClearance(text);
    if (!clearance.ok()) return clearance.status();
    clearances.push_back(*std::move(clearance));
  }
  auto answer = session.Call("usher.v1.AccessService/SetClearances", {{"clearances", clearances}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line(absl::StrCat("set ", texts.size(), " clearances, in force now"), Colour::kGood);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  Output& out = session.out();
  Table table({{.title = "PRINCIPAL", .flexible = true},
               {.title = "LEVEL", .align_right = true},
               {.title = "COMPARTMENTS", .flexible = true}});
  auto listed =
      session.List("usher.v1.AccessService/ListClearances", json::object(), "clearances", [&](const json& clearance) {
        if (out.json()) return out.Json(clearance);
        table.AddRow({clearance.value("principal", ""), std::to_string(clearance.value("level", 0)),
                      absl::StrJoin(clearance.value("compartments", std::vector<std::string>()), ", ")});
      });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

}  // namespace

void AddClearanceCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "clearances", "Set and list how far principals are cleared");
  program.Run(group->add_subcommand("list", "List the clearances"), [&program] { return List(program.session); });

  auto texts = std::make_shared<std::vector<std::string>>();
  CLI::App* set = group->add_subcommand("set", "Replace the clearances of principals, all or none");
  set->add_option(
         "CLEARANCE", *texts,
         "PRINCIPAL=LEVEL or PRINCIPAL=LEVEL:COMPARTMENT,..., e.g. user:ann=3:nato,crypto; user:ann=0 takes it "
         "away")
      ->required();
  program.Run(set, [&program, texts] { return Set(program.session, *texts); });
}

}  // namespace usher::cli
