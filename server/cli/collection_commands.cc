#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "server/cli/commands.h"
#include "server/cli/confirm.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"
#include "server/cli/rule_edit.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct CreateOptions {
  std::string collection;
  std::string model = "default";
  int dimension = 0;
  int chunk_bytes = 0;
  int max_chunk_bytes = 0;
  int overlap_bytes = 0;
  bool strict = false;
  std::vector<std::string> fields;
  RuleOptions rules;
};

absl::StatusOr<json> FieldsFrom(const std::vector<std::string>& declared) {
  json fields = json::array();
  for (const std::string& text : declared) {
    const size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
      return absl::InvalidArgumentError(absl::StrCat("--field `", text, "`: write NAME:TYPE, e.g. year:integer"));
    }
    fields.push_back({{"field", text.substr(0, colon)}, {"type", Constant(text.substr(colon + 1), "FIELD_TYPE_")}});
  }
  return fields;
}

std::string FieldsOf(const json& collection) {
  std::vector<std::string> fields;
  for (const json& field : collection.value("fields", json::array())) {
    fields.push_back(absl::StrCat(field.value("field", ""), ":", Label(field.value("type", ""), "FIELD_TYPE_")));
  }
  return fields.empty() ? "as found in metadata" : absl::StrJoin(fields, ", ");
}

std::string ModelOf(const json& collection) {
  const std::string model = collection.value("embedding_model", "");
  return model.empty() ? "none: ready vectors" : model;
}

void PrintCollection(const json& collection, Output& out) {
  Table table({{.title = "COLLECTION"}, {.title = ShortName(collection.value("name", "")), .flexible = true}});
  table.AddRow({"embedding model", ModelOf(collection)});
  table.AddRow({"dimension", std::to_string(collection.value("dimension", 0))});
  table.AddRow({"documents", collection.value("document_count", "0")});
  table.AddRow({"chunks", collection.value("chunk_count", "0")});
  table.AddRow({"access conditions", collection.value("class_count", "0")});
  table.AddRow({"searches", collection.value("strict_search", false) ? "strict: always exact" : "as asked for"});
  table.AddRow({"trust", Label(collection.value("trust_tier", ""), "TRUST_TIER_")});
  table.AddRow({"fields", FieldsOf(collection)});
  table.AddRow({"created", collection.value("create_time", "")});
  out.Print(table);
  const std::string policy = collection.contains("policy") ? PolicyLine(collection.at("policy")) : "no rules";
  out.Line("readers: " + (policy == "no rules" ? std::string("nobody; see `usher rules set`") : policy));
}

absl::StatusOr<ExitCode> Create(Session& session, const CreateOptions& options) {
  auto name = CollectionName(options.collection);
  if (!name.ok()) return name.status();
  json collection = {{"name", *name}};
  if (options.dimension > 0) {
    collection["dimension"] = options.dimension;
  } else {
    collection["embedding_model"] = options.model;
  }
  collection["chunking"] = {{"target_bytes", options.chunk_bytes},
                            {"max_bytes", options.max_chunk_bytes},
                            {"overlap_bytes", options.overlap_bytes}};
  if (options.strict) collection["strict_search"] = true;
  auto fields = FieldsFrom(options.fields);
  if (!fields.ok()) return fields.status();
  if (!fields->empty()) collection["fields"] = *std::move(fields);
  if (options.rules.HasSubjects()) {
    auto policy = MakePolicy(options.rules, absl::Now());
    if (!policy.ok()) return policy.status();
    collection["policy"] = *std::move(policy);
  }
  auto answer = session.Call("usher.v1.CorpusService/CreateCollection", {{"collection", collection}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintCollection(answer->at("collection"), session.out());
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Session& session) {
  Output& out = session.out();
  Table table({{.title = "COLLECTION", .flexible = true},
               {.title = "DOCUMENTS", .align_right = true},
               {.title = "CHUNKS", .align_right = true},
               {.title = "MODEL", .flexible = true}});
  auto listed =
      session.List("usher.v1.CorpusService/ListCollections", json::object(), "collections", [&](const json& c) {
        if (out.json()) return out.Json(c);
        table.AddRow(
            {ShortName(c.value("name", "")), c.value("document_count", "0"), c.value("chunk_count", "0"), ModelOf(c)});
      });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& collection) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  auto answer = session.Call("usher.v1.CorpusService/GetCollection", {{"name", *name}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintCollection(*answer, session.out());
  }
  return ExitCode::kOk;
}

// `change`: the fields of an UpdateCollectionRequest that are to be another.
absl::StatusOr<ExitCode> Update(Session& session, const std::string& collection, json change) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  change["name"] = *name;
  auto answer = session.Call("usher.v1.CorpusService/UpdateCollection", change);
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    PrintCollection(answer->at("collection"), session.out());
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Hubs(Session& session, const std::string& collection) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  auto answer = session.Call("usher.v1.CorpusService/ListHubs", {{"collection", *name}});
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
    return ExitCode::kOk;
  }
  Table table({{.title = "CHUNK", .flexible = true},
               {.title = "IN", .align_right = true},
               {.title = "OF ANSWERS", .align_right = true}});
  for (const json& hub : answer->at("hubs")) {
    table.AddRow({ShortName(hub.value("chunk", "")), hub.value("appearances", "0"), hub.value("answers", "0")});
  }
  answer->at("hubs").empty() ? out.Line("no chunk answers everything, as far as was seen") : out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session, const std::string& collection, bool yes) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  const std::string question = absl::StrCat("This deletes ", ShortName(*name), " and all its documents.");
  if (!yes) {
    if (auto confirmed = ConfirmByName(question, ShortName(*name)); !confirmed.ok()) return confirmed;
  }
  auto answer = session.Call("usher.v1.CorpusService/DeleteCollection", {{"name", *name}});
  if (!answer.ok()) return answer.status();
  if (session.out().json()) {
    session.out().Json(*answer);
  } else {
    session.out().Line("deleted " + ShortName(*name));
  }
  return ExitCode::kOk;
}

void AddCreate(Program& program, CLI::App& group) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App* command = group.add_subcommand("create", "Make a collection; without --allow nobody may read it yet");
  command->add_option("COLLECTION", options->collection, "Its id: a-z, 0-9 and '-'")->required();
  auto* model = command->add_option("--model", options->model, "Model that embeds its text")->capture_default_str();
  command->add_option("--dimension", options->dimension, "For documents with ready vectors: their length")
      ->check(CLI::Range(1, 4096))
      ->excludes(model);
  command->add_option("--chunk-bytes", options->chunk_bytes, "Size of chunk to aim at; 0 for the server's default");
  command->add_option("--max-chunk-bytes", options->max_chunk_bytes, "Size no chunk exceeds; 0 for the default");
  command->add_option("--overlap-bytes", options->overlap_bytes, "Text repeated between chunks; -1 for none");
  command->add_flag("--strict", options->strict, "Answer every search exactly: others' chunks change nothing in it");
  command->add_option("--field", options->fields,
                      "Field of metadata with its type, NAME:TYPE: string, integer, number, boolean or timestamp");
  AddSubjectOptions(*command, options->rules);
  program.Run(command, [&program, options] { return Create(program.session, *options); });
}

void AddStrict(Program& program, CLI::App& group) {
  auto name = std::make_shared<std::string>();
  auto setting = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand("strict", "Answer every search of a collection exactly, or as asked for");
  command->add_option("COLLECTION", *name)->required();
  command->add_option("SETTING", *setting)->required()->check(CLI::IsMember({"on", "off"}));
  program.Run(command, [&program, name, setting] {
    return Update(program.session, *name, {{"strict_search", *setting == "on"}});
  });
}

void AddTrust(Program& program, CLI::App& group) {
  auto name = std::make_shared<std::string>();
  auto tier = std::make_shared<std::string>();
  CLI::App* command =
      group.add_subcommand("trust", "Say how far the content is vouched for; shown beside every result");
  command->add_option("COLLECTION", *name)->required();
  command->add_option("TIER", *tier)->required()->check(CLI::IsMember({"unverified", "curated", "reviewed"}));
  program.Run(command, [&program, name, tier] {
    return Update(program.session, *name, {{"trust_tier", Constant(*tier, "TRUST_TIER_")}});
  });
}

}  // namespace

void AddCollectionCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "collection", "Make, list, show, set and delete collections");
  AddCreate(program, *group);
  program.Run(group->add_subcommand("list", "List the collections"), [&program] { return List(program.session); });

  auto name = std::make_shared<std::string>();
  CLI::App* show = group->add_subcommand("show", "Show one collection and who may read it");
  show->add_option("COLLECTION", *name)->required();
  program.Run(show, [&program, name] { return Show(program.session, *name); });

  AddStrict(program, *group);
  AddTrust(program, *group);

  CLI::App* hubs = group->add_subcommand("hubs", "Name chunks that appear in far too many answers, whatever is asked");
  hubs->add_option("COLLECTION", *name)->required();
  program.Run(hubs, [&program, name] { return Hubs(program.session, *name); });

  auto yes = std::make_shared<bool>(false);
  CLI::App* remove = group->add_subcommand("delete", "Delete a collection with all its documents");
  remove->add_option("COLLECTION", *name)->required();
  remove->add_flag("--yes", *yes, "Do not ask");
  program.Run(remove, [&program, name, yes] { return Delete(program.session, *name, *yes); });
}

}  // namespace usher::cli
