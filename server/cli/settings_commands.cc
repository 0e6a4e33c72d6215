#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/cli/commands.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kGet[] = "usher.v1.AccessService/GetAccessSettings";

struct SettingsOptions {
  std::vector<std::string> claim_sources;
  bool no_claim_sources = false;
  std::optional<bool> require_known_subjects;
};

ExitCode Print(const json& settings, Output& out) {
  if (out.json()) {
    out.Json(settings);
    return ExitCode::kOk;
  }
  const auto sources = settings.value("claim_sources", std::vector<std::string>());
  out.Line(absl::StrCat("groups that credentials name count from: ",
                        sources.empty() ? "no source" : absl::StrJoin(sources, ", ")));
  out.Line(absl::StrCat("rules may name unknown subjects: ",
                        settings.value("require_known_subjects", false) ? "no" : "yes"));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Session& session) {
  auto settings = session.Call(kGet, json::object());
  if (!settings.ok()) return settings.status();
  return Print(*settings, session.out());
}

absl::StatusOr<ExitCode> Set(Session& session, const SettingsOptions& options) {
  const bool claims = !options.claim_sources.empty() || options.no_claim_sources;
  if (!claims && !options.require_known_subjects) return UsageError("name a setting to change");
  auto settings = session.Call(kGet, json::object());
  if (!settings.ok()) return settings.status();
  if (claims) (*settings)["claim_sources"] = options.claim_sources;
  if (options.require_known_subjects) (*settings)["require_known_subjects"] = *options.require_known_subjects;
  auto answer = session.Call("usher.v1.AccessService/SetAccessSettings", {{"settings", *settings}});
  if (!answer.ok()) return answer.status();
  return Print(*answer, session.out());
}

}  // namespace

void AddSettingsCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "settings", "Show and change how the tenant treats names");
  program.Run(group->add_subcommand("show", "Show the settings"), [&program] { return Show(program.session); });

  auto options = std::make_shared<SettingsOptions>();
  CLI::App* set = group->add_subcommand("set", "Change settings; those not named stay");
  auto* claims = set->add_option("--claim-sources", options->claim_sources,
                                 "Sources whose groups count when a credential itself names them")
                     ->delimiter(',')
                     ->allow_extra_args(false);
  set->add_flag("--no-claim-sources", options->no_claim_sources, "No group counts because a credential names it")
      ->excludes(claims);
  set->add_option("--require-known-subjects", options->require_known_subjects,
                  "Whether rules may only name subjects that memberships or clearances know: true or false");
  program.Run(set, [&program, options] { return Set(program.session, *options); });
}

}  // namespace usher::cli
