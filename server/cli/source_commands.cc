#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/cli/commands.h"
#include "server/cli/confirm.h"
#include "server/cli/duration_text.h"
#include "server/cli/resource.h"
#include "server/cli/sync_text.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct SourceOptions {
  std::string name;
  std::vector<std::string> agents;
  std::string max_age;
  bool deny_when_stale = false;
  std::vector<std::string> collections;
  std::optional<uint32_t> share_limit;
  std::optional<uint32_t> minimum;
};

absl::StatusOr<json> SourceOf(const SourceOptions& options) {
  if (options.deny_when_stale && options.max_age.empty()) {
    return UsageError("--deny-when-stale takes --max-age: without it a source never is stale");
  }
  json source = {{"name", options.name}, {"agents", options.agents}, {"deny_when_stale", options.deny_when_stale}};
  if (!options.max_age.empty()) {
    auto max_age = ApiDuration("--max-age", options.max_age, absl::Minutes(1));
    if (!max_age.ok()) return max_age.status();
    source["max_age"] = *max_age;
  }
  for (const std::string& text : options.collections) {
    auto collection = CollectionName(text);
    if (!collection.ok()) return collection.status();
    source["collections"].push_back(*collection);
  }
  if (options.share_limit) source["share_limit"] = *options.share_limit;
  if (options.minimum) source["minimum"] = *options.minimum;
  return source;
}

absl::StatusOr<ExitCode> Set(Session& session, const SourceOptions& options) {
  auto source = SourceOf(options);
  if (!source.ok()) return source.status();
  auto answer = session.Call("usher.v1.SyncService/SetSource", {{"source", *source}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line(absl::StrCat("source ", options.name, " may sync now: usher import --source ", options.name,
                                    " --format csv|jsonl|openfga|spicedb FILE"),
                       Colour::kGood);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  auto answer = session.Call("usher.v1.SyncService/ListSources", json::object());
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  Table table({{.title = "SOURCE"},
               {.title = "LAST SYNC"},
               {.title = "MAX AGE"},
               {.title = "STALE MEANS"},
               {.title = "HELD", .flexible = true}});
  for (const json& source : answer->at("sources")) {
    if (out.json()) {
      out.Json(source);
      continue;
    }
    const json held = source.value("held", json::object());
    table.AddRow({source.value("name", ""), source.value("last_commit_time", "none yet"),
                  ReadableDuration(source.value("max_age", "any")),
                  source.value("deny_when_stale", false) ? "nobody reads" : "a warning",
                  held.empty() ? "" : absl::StrCat(held.value("sync_id", ""), ": ", held.value("reason", ""))});
  }
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session, const std::string& name, bool yes) {
  const std::string question = absl::StrCat("This forgets the source ", name, "; what it put in force stays.");
  if (!yes) {
    if (auto confirmed = ConfirmByName(question, name); !confirmed.ok()) return confirmed;
  }
  auto answer = session.Call("usher.v1.SyncService/DeleteSource", {{"name", name}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line(absl::StrCat("deleted source ", name));
  }
  return ExitCode::kOk;
}

struct HeldOptions {
  std::string source;
  std::string sync_id;
};

absl::StatusOr<ExitCode> Approve(Session& session, const HeldOptions& options) {
  auto answer =
      session.Call("usher.v1.SyncService/ApproveSync", {{"source", options.source}, {"sync_id", options.sync_id}});
  if (!answer.ok()) return answer.status();
  return TellCommit(options.source, *answer, session.out());
}

void AddSet(Program& program, CLI::App& group) {
  auto options = std::make_shared<SourceOptions>();
  CLI::App* set = group.add_subcommand("set", "Make a source, or replace all its settings by those given");
  set->add_option("NAME", options->name, "1 to 64 of a-z, 0-9 and '-'; its groups are group:NAME/ID")->required();
  set->add_option("--agent", options->agents, "Principals and groups that may sync besides administrators")
      ->delimiter(',')
      ->allow_extra_args(false);
  set->add_option("--max-age", options->max_age, "Age at which the last sync is stale, e.g. 24h; without: never");
  set->add_flag("--deny-when-stale", options->deny_when_stale, "While it is stale, nobody reads what it governs");
  set->add_option("--collection", options->collections, "Collections it governs; without: all")
      ->delimiter(',')
      ->allow_extra_args(false);
  set->add_option("--share-limit", options->share_limit,
                  "Percent of changes from which on a sync is held; without: 20; 100 holds none")
      ->check(CLI::Range(0u, 100u));
  set->add_option("--minimum", options->minimum, "Syncs of at most this many changes are never held; without: 10");
  program.Run(set, [&program, options] { return Set(program.session, *options); });
}

}  // namespace

void AddSourceCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "sources", "Set up where rights come from; `import` brings them");
  AddSet(program, *group);
  program.Run(group->add_subcommand("list", "List the sources, with syncs that are held"),
              [&program] { return List(program.session); });

  auto name = std::make_shared<std::string>();
  auto yes = std::make_shared<bool>(false);
  CLI::App* remove = group->add_subcommand("delete", "Forget a source; what it put in force stays");
  remove->add_option("NAME", *name, "Of the source")->required();
  remove->add_flag("--yes", *yes, "Do not ask");
  program.Run(remove, [&program, name, yes] { return Delete(program.session, *name, *yes); });

  auto held = std::make_shared<HeldOptions>();
  CLI::App* approve = group->add_subcommand("approve", "Put a held sync in force");
  approve->add_option("NAME", held->source, "Of the source")->required();
  approve->add_option("SYNC", held->sync_id, "Its id, as `sources list` shows it")->required();
  program.Run(approve, [&program, held] { return Approve(program.session, *held); });
}

}  // namespace usher::cli
