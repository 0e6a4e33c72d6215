#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/cli/change_text.h"
#include "server/cli/commands.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// Follows the feed, and keeps the token from which on nothing is lost.
class Watcher {
 public:
  Watcher(Session& session, std::string after) : session_(session), after_(std::move(after)) {}

  absl::StatusOr<ExitCode> Run() {
    const std::string began = after_;
    auto followed = session_.Follow("usher.v1.AccessService/Watch", {{"after_revision_token", after_}},
                                    absl::InfiniteFuture(), [this](const json& answer) { return Take(answer); });
    if (after_ != began) session_.out().Note(absl::StrCat("to go on from here: usher watch --after ", after_));
    if (!followed.ok()) return followed;
    return ExitCode::kOk;
  }

 private:
  absl::Status Take(const json& answer) {
    Output& out = session_.out();
    if (answer.value("complete", false)) after_ = answer.value("revision_token", "");
    if (out.json()) {
      out.Json(answer);
      return out.Finish();
    }
    for (const json& change : answer.at("changes")) {
      out.Line(absl::StrCat(answer.value("time", ""), "  ", ChangeText(change)));
    }
    const bool write = !answer.at("changes").empty() && answer.value("complete", false);
    if (write) out.Line(absl::StrCat("  revision ", after_), Colour::kFaint);
    return out.Finish();
  }

  Session& session_;
  std::string after_;
};

}  // namespace

void AddWatchCommand(Program& program) {
  auto after = std::make_shared<std::string>();
  CLI::App* command = program.app.add_subcommand("watch", "Print changes of access as they happen, until interrupted");
  command->add_option("--after", *after, "Begin with the first change after this revision; without: with the next one");
  program.Run(command, [&program, after] { return Watcher(program.session, *after).Run(); });
}

}  // namespace usher::cli
