// Whom a pseudonym stands for, told to those who may know.
#include <memory>
#include <string>
#include <vector>

#include "server/cli/commands.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct RevealOptions {
  std::string chunk;
  std::vector<std::string> pseudonyms;
  std::string purpose;
};

absl::StatusOr<ExitCode> Reveal(Session& session, const RevealOptions& options) {
  auto chunk = ChunkName(options.chunk);
  if (!chunk.ok()) return chunk.status();
  auto answer = session.Call("usher.v1.CorpusService/RevealPseudonyms",
                             {{"chunk", *chunk}, {"pseudonyms", options.pseudonyms}, {"purpose", options.purpose}});
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  const json& revealed = answer->at("revealed");
  if (out.json()) {
    out.Json(*answer);
  } else {
    Table table({{.title = "PSEUDONYM"}, {.title = "STANDS FOR", .flexible = true}});
    for (const json& item : revealed) table.AddRow({item.value("pseudonym", ""), item.value("value", "")});
    revealed.empty() ? out.Line("none of them stands for anything in this chunk") : out.Print(table);
  }
  return revealed.empty() ? ExitCode::kNegative : ExitCode::kOk;
}

}  // namespace

void AddRevealCommand(Program& program) {
  auto options = std::make_shared<RevealOptions>();
  CLI::App* reveal = program.app.add_subcommand(
      "reveal", "Tell what pseudonyms in a chunk stand for; for owners who may read it, and kept in the audit log");
  reveal->add_option("CHUNK", options->chunk, "e.g. handbook/hr/leave.md#0")->required();
  reveal->add_option("PSEUDONYM", options->pseudonyms, "As the answer had them")->required();
  reveal->add_option("--purpose", options->purpose, "What for, where rules ask for it");
  program.Run(reveal, [&program, options] { return Reveal(program.session, *options); });
}

}  // namespace usher::cli
