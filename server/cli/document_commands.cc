#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/cli/commands.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// What DeleteDocuments takes in one request.
constexpr size_t kNamesPerRequest = 1000;

absl::StatusOr<ExitCode> List(Session& session, const std::string& collection) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  Output& out = session.out();
  Table table({{.title = "DOCUMENT", .flexible = true},
               {.title = "CHUNKS", .align_right = true},
               {.title = "UPDATED"},
               {.title = "TITLE", .flexible = true}});
  auto listed =
      session.List("usher.v1.CorpusService/ListDocuments", {{"collection", *name}}, "documents", [&](const json& d) {
        if (out.json()) return out.Json(d);
        table.AddRow({ShortName(d.value("name", "")), std::to_string(d.value("chunk_count", 0)),
                      d.value("update_time", ""), d.value("title", "")});
      });
  if (!listed.ok()) return listed;
  if (!out.json()) out.Print(table);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& document) {
  auto name = DocumentName(document);
  if (!name.ok()) return name.status();
  auto answer = session.Call("usher.v1.CorpusService/GetDocument", {{"name", *name}});
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
    return ExitCode::kOk;
  }
  Table table({{.title = "DOCUMENT"}, {.title = ShortName(answer->value("name", "")), .flexible = true}});
  table.AddRow({"title", answer->value("title", "")});
  table.AddRow({"source", answer->value("source_uri", "")});
  table.AddRow({"chunks", std::to_string(answer->value("chunk_count", 0))});
  table.AddRow({"updated", answer->value("update_time", "")});
  const json metadata = answer->value("metadata", json::object());
  for (const auto& [key, value] : metadata.items()) {
    table.AddRow({"metadata " + key, value.is_string() ? std::string(value) : value.dump()});
  }
  out.Print(table);
  out.Line("rules: " + (answer->contains("policy") ? PolicyLine(answer->at("policy")) : "no rules of its own"));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session, const std::vector<std::string>& documents) {
  std::map<std::string, std::vector<std::string>> by_collection;
  for (const std::string& document : documents) {
    auto name = DocumentName(document);
    if (!name.ok()) return name.status();
    by_collection[CollectionOf(*name)].push_back(*name);
  }
  for (const auto& [collection, names] : by_collection) {
    for (size_t begin = 0; begin < names.size(); begin += kNamesPerRequest) {
      const size_t end = std::min(begin + kNamesPerRequest, names.size());
      const std::vector<std::string> some(names.begin() + begin, names.begin() + end);
      auto answer =
          session.Call("usher.v1.CorpusService/DeleteDocuments", {{"collection", collection}, {"names", some}});
      if (!answer.ok()) return answer.status();
      if (session.out().json()) session.out().Json(*answer);
    }
  }
  if (!session.out().json())
    session.out().Line(absl::StrCat("deleted ", documents.size(), " documents, as far as they existed"));
  return ExitCode::kOk;
}

}  // namespace

void AddDocumentCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "document", "List, show and delete documents");
  auto name = std::make_shared<std::string>();

  CLI::App* list = group->add_subcommand("list", "List the documents of a collection");
  list->add_option("COLLECTION", *name)->required();
  program.Run(list, [&program, name] { return List(program.session, *name); });

  CLI::App* show = group->add_subcommand("show", "Show a document's description and rules; for its text, see `get`");
  show->add_option("DOCUMENT", *name, "e.g. handbook/hr/leave.md")->required();
  program.Run(show, [&program, name] { return Show(program.session, *name); });

  auto documents = std::make_shared<std::vector<std::string>>();
  CLI::App* remove = group->add_subcommand("delete", "Delete documents");
  remove->add_option("DOCUMENT", *documents, "e.g. handbook/hr/leave.md")->required();
  program.Run(remove, [&program, documents] { return Delete(program.session, *documents); });
}

}  // namespace usher::cli
