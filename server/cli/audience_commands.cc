#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "server/cli/commands.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// Names a message; as many as the API gives.
constexpr int kNamesPerMessage = 10000;

struct Sight {
  std::string principal;
  std::string collection;
  std::string purpose;
  bool chunks = false;
};

absl::StatusOr<ExitCode> WhatCanSee(Session& session, const Sight& sight) {
  auto collection = CollectionName(sight.collection);
  if (!collection.ok()) return collection.status();
  auto deadline = session.Deadline();
  if (!deadline.ok()) return deadline.status();
  const json request = {{"principal", sight.principal},
                        {"collection", *collection},
                        {"kind", sight.chunks ? "ACCESSIBLE_KIND_CHUNKS" : "ACCESSIBLE_KIND_DOCUMENTS"},
                        {"purpose", sight.purpose},
                        {"page_size", kNamesPerMessage}};
  Output& out = session.out();
  auto followed =
      session.Follow("usher.v1.AccessService/StreamAccessible", request, *deadline, [&out](const json& answer) {
        for (const std::string name : answer.at("names")) {
          if (!out.json()) out.Line(ShortName(name));
        }
        if (out.json()) out.Json(answer);
        return out.Finish();
      });
  if (!followed.ok()) return followed;
  return ExitCode::kOk;
}

struct Audience {
  std::string resource;
  std::string purpose;
};

absl::StatusOr<ExitCode> WhoCanSee(Session& session, const Audience& audience) {
  auto resource = ResourceName(audience.resource);
  if (!resource.ok()) return resource.status();
  Output& out = session.out();
  bool everyone_else = false;
  auto listed = session.Pages("usher.v1.AccessService/ListReaders",
                              {{"resource", *resource}, {"purpose", audience.purpose}}, [&](const json& page) {
                                everyone_else = everyone_else || page.value("everyone_else", false);
                                if (out.json()) return out.Json(page);
                                for (const std::string principal : page.at("principals")) out.Line(principal);
                              });
  if (!listed.ok()) return listed;
  if (everyone_else && !out.json()) out.Line("everyone else in the tenant", Colour::kWarning);
  return ExitCode::kOk;
}

}  // namespace

void AddAudienceCommands(Program& program) {
  auto sight = std::make_shared<Sight>();
  CLI::App* what = program.app.add_subcommand("what-can-see", "List what a principal may read, one name a line");
  what->add_option("PRINCIPAL", sight->principal, "user:ID or service:ID")->required();
  what->add_option("COLLECTION", sight->collection, "e.g. handbook")->required();
  what->add_flag("--chunks", sight->chunks, "List chunks, which is what a search can return, not documents");
  what->add_option("--purpose", sight->purpose, "What the text is asked for, where a label wants to know");
  program.Run(what, [&program, sight] { return WhatCanSee(program.session, *sight); });

  auto audience = std::make_shared<Audience>();
  CLI::App* who = program.app.add_subcommand("who-can-see", "List who may read it, one principal a line");
  who->add_option("RESOURCE", audience->resource, kResourceHelp)->required();
  who->add_option("--purpose", audience->purpose, "What the text is asked for, where a label wants to know");
  program.Run(who, [&program, audience] { return WhoCanSee(program.session, *audience); });
}

}  // namespace usher::cli
