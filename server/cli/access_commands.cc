#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/cli/commands.h"
#include "server/cli/explain_tree.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct Question {
  std::string principal;
  std::string resource;
};

absl::StatusOr<json> Ask(Session& session, const char* method, const Question& question) {
  auto resource = ResourceName(question.resource);
  if (!resource.ok()) return resource.status();
  return session.Call(method, {{"principal", question.principal}, {"resource", *resource}});
}

ExitCode CodeOf(const json& answer) { return answer.value("allowed", false) ? ExitCode::kOk : ExitCode::kNegative; }

absl::StatusOr<ExitCode> Check(Session& session, const Question& question) {
  auto answer = Ask(session, "usher.v1.AccessService/Check", question);
  if (!answer.ok()) return answer.status();
  const bool allowed = CodeOf(*answer) == ExitCode::kOk;
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line(allowed ? "allowed" : "denied", allowed ? Colour::kGood : Colour::kBad);
  }
  return CodeOf(*answer);
}

absl::StatusOr<ExitCode> Explain(Session& session, const Question& question) {
  auto answer = Ask(session, "usher.v1.AccessService/Explain", question);
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    for (const TreeLine& line : ExplainTree(*answer)) session.out().Line(line.text, line.colour);
  }
  return ExitCode::kOk;
}

std::shared_ptr<Question> NewQuestion(CLI::App& command) {
  auto question = std::make_shared<Question>();
  command.add_option("PRINCIPAL", question->principal, "user:ID or service:ID")->required();
  command.add_option("RESOURCE", question->resource, "A collection or document, e.g. handbook/hr/leave.md")->required();
  return question;
}

}  // namespace

void AddAccessCommands(Program& program) {
  CLI::App* check = program.app.add_subcommand("check", "May a principal read it? Exits with 0 for yes, 3 for no");
  auto checked = NewQuestion(*check);
  program.Run(check, [&program, checked] { return Check(program.session, *checked); });

  CLI::App* explain = program.app.add_subcommand("explain", "Show why a principal may or may not read it");
  auto explained = NewQuestion(*explain);
  program.Run(explain, [&program, explained] { return Explain(program.session, *explained); });
}

}  // namespace usher::cli
