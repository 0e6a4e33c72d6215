// The commands, each group added to the program by one function.
//
// A command declares its options to the parser and, when it is chosen, sets `selected`; main runs that once parsing is
// over, so that no command works inside the parser. Output and server are reached through the session only.
#ifndef USHER_SERVER_CLI_COMMANDS_H_
#define USHER_SERVER_CLI_COMMANDS_H_

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/cli/exit_code.h"
#include "server/cli/session.h"

namespace usher::cli {

using Action = std::function<absl::StatusOr<ExitCode>()>;

// Outlives the parser.
struct Program {
  CLI::App app;
  Session session;
  Action selected;

  // A command that consists of further commands.
  static CLI::App* AddGroup(CLI::App& parent, const std::string& name, const std::string& help) {
    CLI::App* group = parent.add_subcommand(name, help);
    group->require_subcommand(1);
    return group;
  }

  void Run(CLI::App* command, Action action) {
    command->callback([this, action = std::move(action)] { selected = action; });
  }
};

void AddStatusCommand(Program& program);
void AddCollectionCommands(Program& program);
void AddDocumentCommands(Program& program);
void AddIngestCommand(Program& program);
void AddSearchCommands(Program& program);
void AddGroupCommands(Program& program);
void AddRulesCommands(Program& program);
void AddAccessCommands(Program& program);
void AddAudienceCommands(Program& program);
void AddPreviewCommand(Program& program);
void AddClearanceCommands(Program& program);
void AddBreakGlassCommands(Program& program);
void AddSourceCommands(Program& program);
void AddImportCommand(Program& program);
void AddWatchCommand(Program& program);
void AddSettingsCommands(Program& program);
void AddKeyCommands(Program& program);
void AddSanitizeCommand(Program& program);
void AddPolicyCommands(Program& program);
void AddGuardCommand(Program& program);
void AddRevealCommand(Program& program);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_COMMANDS_H_
