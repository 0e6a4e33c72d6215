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
  std::string purpose;
};

absl::StatusOr<json> Ask(Session& session, const char* method, const Question& question) {
  auto resource = ResourceName(question.resource);
  if (!resource.ok()) return resource.status();
  return session.Call(method,
                      {{"principal", question.principal}, {"resource", *resource}, {"purpose", question.purpose}});
}

ExitCode CodeOf(const json& answer) { return answer.value("allowed", false) ? ExitCode::kOk : ExitCode::kNegative; }

absl::StatusOr<ExitCode> Check(Session& session, const Question& question) {
  auto answer = Ask(session, "usher.v1.AccessService/Check", question);
  if (!answer.ok()) return answer.status();
  const bool allowed = CodeOf(*answer) == ExitCode::kOk;
  if (session.out().json()) {
    session.out().Json(*answer);
    return CodeOf(*answer);
  }
  session.out().Line(allowed ? "allowed" : "denied", allowed ? Colour::kGood : Colour::kBad);
  for (const json& sync : answer->value("syncs", json::array())) {
    if (sync.value("stale", false)) session.out().Note(absl::StrCat("warning: ", SyncLine(sync).text));
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
  command.add_option("RESOURCE", question->resource, kResourceHelp)->required();
  command.add_option("--purpose", question->purpose, "What the text is asked for, where a label wants to know");
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
