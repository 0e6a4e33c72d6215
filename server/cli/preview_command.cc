#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "server/cli/commands.h"
#include "server/cli/preview_changes.h"
#include "server/cli/preview_text.h"

namespace usher::cli {
namespace {

using nlohmann::json;

absl::StatusOr<ExitCode> Preview(Session& session, const PreviewOptions& options) {
  auto request = PreviewRequest(options);
  if (!request.ok()) return request.status();
  auto answer = session.Call("usher.v1.AccessService/Preview", *request);
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    for (const PreviewLine& line : PreviewLines(*request, *answer)) session.out().Line(line.text, line.colour);
  }
  return HasDifferences(*answer) ? ExitCode::kNegative : ExitCode::kOk;
}

void AddChangeOptions(CLI::App& command, PreviewOptions& options) {
  command.add_option("--add-member", options.add_members, "Put a member into a group, e.g. eng user:ann")
      ->type_name("GROUP MEMBER")
      ->allow_extra_args(false);
  command.add_option("--remove-member", options.remove_members, "Take a member out of a group")
      ->type_name("GROUP MEMBER")
      ->allow_extra_args(false);
  command
      .add_option("--rules", options.rules,
                  "Give a resource the policy of a file, JSON or YAML in the form of usher.v1.Policy")
      ->type_name("RESOURCE=FILE")
      ->allow_extra_args(false);
  command.add_option("--clearance", options.clearances, "Clear a principal, e.g. user:ann=3:nato,crypto")
      ->type_name("PRINCIPAL=LEVEL[:COMPARTMENT,...]")
      ->allow_extra_args(false);
  command
      .add_option("--changes", options.changes_file,
                  "Changes of a file besides, JSON or YAML in the form of usher.v1.ProposedChanges")
      ->type_name("FILE");
}

}  // namespace

void AddPreviewCommand(Program& program) {
  CLI::App* command = program.app.add_subcommand(
      "preview",
      "Show who would gain and lose what by changes, without making them. Exits with 0 for no difference, 3 "
      "for some");
  auto options = std::make_shared<PreviewOptions>();
  AddChangeOptions(*command, *options);
  command
      ->add_option("--queries", options->queries_file,
                   R"(Ask queries before and after: lines like {"principal": "user:ann", "collection": "handbook", )"
                   R"("text": "leave", "k": 10}, at most 100)")
      ->type_name("FILE");
  command->add_option("--collection", options->collections, "Look at this collection only; may be given several times")
      ->allow_extra_args(false);
  command->add_option("--purpose", options->purpose, "What all text is asked for, where a label wants to know");
  command->add_option("--principals", options->principals, "Principals listed at most")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--names", options->names, "Documents listed at most for each principal, gained and lost")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  program.Run(command, [&program, options] { return Preview(program.session, *options); });
}

}  // namespace usher::cli
