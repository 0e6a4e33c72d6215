// usher: the command line client of an Usher server.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>

#include "absl/status/status.h"
#include "server/cli/commands.h"

namespace usher::cli {
namespace {

constexpr char kFooter[] =
    "\nThe API key comes from the environment variable USHER_API_KEY or from the file of --key-file.\n"
    "Loopback servers are spoken to in plaintext unless a TLS option is given, all others with TLS only.\n"
    "\nResources are written like this: handbook is a collection, handbook/hr/ (with a slash at its end) a folder,\n"
    "handbook/hr/leave.md a document, handbook/hr/leave.md#3 a chunk. A document whose own id ends in # and a number\n"
    "is written in full: collections/handbook/documents/issue#3.\n"
    "\nExit codes: 0 done; 1 failed; 2 wrong usage; 3 the answer of `check` is no, `get` was not given all it named, "
    "`preview`\n"
    "found differences, `guard` found something, or the sync of `import` is held;\n"
    "4 the server does not know or does not let you; 5 the server cannot be reached or did not answer in time.";

void AddGlobalOptions(Program& program) {
  CLI::App& app = program.app;
  GlobalOptions& options = program.session.options();
  app.add_option("--server", options.server, "Address of the server, HOST:PORT")
      ->envname("USHER_SERVER")
      ->capture_default_str();
  app.add_option("--key-file", options.key_file, "File that holds the API key");
  app.add_option("--as", options.act_as, "Principal to act for, e.g. user:alice; takes a key with the delegate scope");
  app.add_option("--ca-cert", options.ca_cert,
                 "PEM file of the authorities that the server's certificate must come from");
  app.add_option("--client-cert", options.client_cert, "PEM file of this client's certificate");
  app.add_option("--client-key", options.client_key, "PEM file of that certificate's private key");
  app.add_option("--server-name", options.server_name, "Name in the server's certificate, if not the host of --server");
  app.add_option("--timeout", options.timeout, "How long to wait for an answer")->capture_default_str();
  app.add_flag_callback(
      "--json", [&program] { program.session.out().set_json(true); },
      "Print the server's answers as JSON, lists as one document a line");
}

void AddCommands(Program& program) {
  program.app.description(
      "Client of Usher, a retrieval server that only answers with what the asking person may read.");
  program.app.footer(kFooter);
  program.app.require_subcommand(1);
  program.app.fallthrough();
  AddGlobalOptions(program);
  AddStatusCommand(program);
  AddCollectionCommands(program);
  AddIngestCommand(program);
  AddSearchCommands(program);
  AddDocumentCommands(program);
  AddGroupCommands(program);
  AddRulesCommands(program);
  AddAccessCommands(program);
  AddAudienceCommands(program);
  AddPreviewCommand(program);
  AddClearanceCommands(program);
  AddBreakGlassCommands(program);
  AddSourceCommands(program);
  AddImportCommand(program);
  AddWatchCommand(program);
  AddSettingsCommands(program);
  AddKeyCommands(program);
  AddSanitizeCommand(program);
  AddPolicyCommands(program);
  AddGuardCommand(program);
  AddRevealCommand(program);
}

ExitCode RunSelected(Program& program) {
  Output& out = program.session.out();
  const auto result = program.selected();
  if (!result.ok()) out.Error(result.status());
  if (absl::IsUnavailable(result.status())) {
    out.Note("Is a server running at " + program.session.options().server +
             ", and does it speak TLS if and only if this client does?");
  }
  const auto written = out.Finish();
  if (!written.ok()) out.Error(written);
  if (!result.ok()) return ExitCodeOf(result.status());
  return written.ok() ? *result : ExitCode::kFailure;
}

ExitCode Run(int argc, char** argv) {
  Program program;
  AddCommands(program);
  try {
    program.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.app.exit(error) == 0 ? ExitCode::kOk : ExitCode::kUsage;
  }
  return RunSelected(program);
}

}  // namespace
}  // namespace usher::cli

int main(int argc, char** argv) {
  try {
    return static_cast<int>(usher::cli::Run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "usher: unexpected failure: %s\n", error.what());
    return static_cast<int>(usher::cli::ExitCode::kFailure);
  }
}
