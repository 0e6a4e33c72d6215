#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "server/cli/commands.h"
#include "server/cli/filter_text.h"
#include "server/cli/finding_text.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct SearchOptions {
  std::string collection;
  std::string query;
  std::string batch_file;
  int k = 5;
  bool exact = false;
  bool explain_plan = false;
  std::string form = "plain";
  int per_document = 0;
  bool collapse = false;
  std::string filter;

  // Whether what is printed is to be read by a model.
  bool marked() const { return form != "plain"; }
};

const std::map<std::string, std::string> kForms = {{"plain", "OUTPUT_FORM_PLAIN"},
                                                   {"delimited", "OUTPUT_FORM_DELIMITED"},
                                                   {"datamarked", "OUTPUT_FORM_DATAMARKED"},
                                                   {"base64", "OUTPUT_FORM_BASE64"}};

// Without the chunk's number, which the reader needs only to fetch it.
std::string TitleOf(const json& chunk) {
  const std::string title = chunk.value("title", "");
  return title.empty() ? ShortName(chunk.value("name", ""))
                       : absl::StrCat(title, " (", ShortName(chunk.value("name", "")), ")");
}

// What is said of a chunk besides what was found in it, where there is something to say.
std::vector<std::string> BesideText(const json& chunk) {
  std::vector<std::string> lines;
  const std::string trust = Label(chunk.value("trust_tier", ""), "TRUST_TIER_");
  if (!trust.empty() && trust != "unverified") lines.push_back(absl::StrCat("content is ", trust));
  if (chunk.contains("label")) lines.push_back("label: " + LabelText(chunk.at("label")));
  const json near = chunk.value("near_duplicates", json::array());
  for (const json& name : near) lines.push_back("also says so: " + ShortName(name.get<std::string>()));
  return lines;
}

void PrintFindings(const json& chunks, Output& out) {
  for (size_t i = 0; i < chunks.size(); ++i) {
    for (const std::string& line : BesideText(chunks[i])) out.Line(absl::StrCat(i + 1, ": ", line), Colour::kFaint);
    for (const json& finding : chunks[i].at("findings")) {
      out.Line(absl::StrCat("! ", i + 1, ": ", FindingText(finding)), Colour::kWarning);
    }
  }
}

void PrintHits(const json& chunks, Output& out) {
  if (chunks.empty()) return out.Line("nothing found that you may read");
  Table table({{.title = "#", .align_right = true},
               {.title = "SCORE", .align_right = true},
               {.title = "!"},
               {.title = "DOCUMENT"},
               {.title = "TEXT", .flexible = true}});
  for (size_t i = 0; i < chunks.size(); ++i) {
    const json& chunk = chunks[i];
    table.AddRow({std::to_string(i + 1), absl::StrFormat("%.3f", chunk.value("score", 0.0)),
                  chunk.at("findings").empty() ? "" : "!", TitleOf(chunk), chunk.value("text", "")});
  }
  out.Print(table);
  PrintFindings(chunks, out);
}

// Whole texts, since marks only make sense with all of what they mark. Names and findings repeat words of the
// documents, so they stay out of what a model may be piped; so do the instructions, which belong into the system
// prompt.
void PrintMarked(const json& answer, Output& out) {
  out.Note(absl::StrCat("system prompt: ", answer.value("instructions", "")));
  const json& chunks = answer.at("chunks");
  for (size_t i = 0; i < chunks.size(); ++i) {
    out.MarkedText(chunks[i].value("text", ""), answer.value("marker", ""));
    out.Note(absl::StrCat(i + 1, ": ", TitleOf(chunks[i])));
    for (const std::string& line : BesideText(chunks[i])) out.Note(absl::StrCat(i + 1, ": ", line));
    for (const json& finding : chunks[i].at("findings")) {
      out.Note(absl::StrCat("! ", i + 1, ": ", FindingText(finding)));
    }
  }
}

void PrintTexts(const json& answer, Output& out) {
  for (const json& chunk : answer.at("chunks")) {
    out.Line(TitleOf(chunk), Colour::kFaint);
    out.Text(chunk.value("text", ""));
    for (const json& finding : chunk.at("findings")) out.Line("! " + FindingText(finding), Colour::kWarning);
  }
}

void PrintPlan(const json& plan, Output& out) {
  const std::string path = plan.value("path", "");
  std::string how = path.empty() ? std::string("path shown with --exact or to managers only")
                                 : absl::StrCat(path, ", ", plan.value("scanned_chunks", "0"), " chunks scanned");
  if (const std::string bytes = plan.value("bytes_read", "0"); bytes != "0") {
    absl::StrAppend(&how, " (", plan.value("scored_in_full", "0"), " by their whole vector), ", bytes, " bytes read");
  }
  out.Line(absl::StrCat("plan: ", how, ", ", plan.value("authorized_chunks", "0"), " readable, ",
                        plan.value("reruns", 0), " reruns"));
  std::vector<std::string> times;
  for (const char* step : {"resolve", "embed", "search", "load", "verify", "sanitize"}) {
    const std::string field = absl::StrCat(step, "_time");
    if (plan.contains(field)) times.push_back(absl::StrCat(step, " ", std::string(plan.at(field))));
  }
  if (plan.contains("predicted_time")) {
    times.push_back(absl::StrCat("search predicted ", std::string(plan.at("predicted_time"))));
  }
  out.Line("time: " + absl::StrJoin(times, ", "));
}

// One answer, or the result of one query of several.
void PrintAnswer(const json& answer, bool marked, Output& out) {
  marked ? PrintMarked(answer, out) : PrintHits(answer.at("chunks"), out);
  if (answer.value("incomplete", false)) {
    out.Note(
        "more is readable, but the nearest candidates hold no more that may stand together; ask for fewer results, "
        "a higher --per-document or no --collapse");
  }
  if (answer.contains("plan")) PrintPlan(answer.at("plan"), out);
}

// What single searches and batches say alike.
json RequestOf(const std::string& collection, const SearchOptions& options) {
  return {{"collection", collection},
          {"explain_plan", options.explain_plan},
          {"mode", options.exact ? "SEARCH_MODE_EXACT" : "SEARCH_MODE_AUTOMATIC"},
          {"output_form", kForms.at(options.form)},
          {"max_chunks_per_document", options.per_document},
          {"collapse_near_duplicates", options.collapse}};
}

// The fields of a query that are its own, also among several.
absl::StatusOr<json> QueryOf(const std::string& text, const SearchOptions& options) {
  json query = {{"text", text}, {"k", options.k}};
  if (options.filter.empty()) return query;
  auto filter = FilterFromText(options.filter);
  if (!filter.ok()) return filter.status();
  query["filter"] = *std::move(filter);
  return query;
}

absl::StatusOr<std::vector<std::string>> LinesOf(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path, "; name a file with a query on each line"));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  if (lines.empty()) return absl::InvalidArgumentError(absl::StrCat(path, " holds no query"));
  return lines;
}

absl::StatusOr<ExitCode> SearchBatch(Session& session, const SearchOptions& options) {
  auto collection = CollectionName(options.collection);
  if (!collection.ok()) return collection.status();
  auto queries = LinesOf(options.batch_file);
  if (!queries.ok()) return queries.status();
  json request = RequestOf(*collection, options);
  request["queries"] = json::array();
  for (const std::string& text : *queries) {
    auto query = QueryOf(text, options);
    if (!query.ok()) return query.status();
    request["queries"].push_back(*std::move(query));
  }
  auto answer = session.Call("usher.v1.RetrievalService/BatchSearch", request);
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
    return ExitCode::kOk;
  }
  const json& results = answer->at("results");
  for (size_t i = 0; i < results.size() && i < queries->size(); ++i) {
    // What a model may be piped holds marked text only.
    const std::string heading = absl::StrCat("query ", i + 1, ": ", (*queries)[i]);
    options.marked() ? out.Note(heading) : out.Line(heading, Colour::kFaint);
    PrintAnswer(results[i], options.marked(), out);
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Search(Session& session, const SearchOptions& options) {
  if (options.query.empty() == options.batch_file.empty()) {
    return UsageError("search takes either a QUERY or --batch FILE");
  }
  if (!options.batch_file.empty()) return SearchBatch(session, options);
  auto collection = CollectionName(options.collection);
  if (!collection.ok()) return collection.status();
  json request = RequestOf(*collection, options);
  auto query = QueryOf(options.query, options);
  if (!query.ok()) return query.status();
  request.update(*query);
  auto answer = session.Call("usher.v1.RetrievalService/Search", request);
  if (!answer.ok()) return answer.status();
  session.out().json() ? session.out().Json(*answer) : PrintAnswer(*answer, options.marked(), session.out());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Get(Session& session, const std::vector<std::string>& names) {
  std::map<std::string, std::set<std::string>> by_collection;
  for (const std::string& text : names) {
    auto name = ChunkName(text);
    if (!name.ok()) return name.status();
    by_collection[CollectionOf(*name)].insert(*name);
  }
  size_t asked = 0;
  size_t received = 0;
  for (const auto& [collection, some] : by_collection) {
    auto answer = session.Call("usher.v1.RetrievalService/GetChunks", {{"collection", collection}, {"names", some}});
    if (!answer.ok()) return answer.status();
    asked += some.size();
    received += answer->at("chunks").size();
    session.out().json() ? session.out().Json(*answer) : PrintTexts(*answer, session.out());
  }
  if (received >= asked) return ExitCode::kOk;
  session.out().Note(
      absl::StrCat(asked - received, " of ", asked,
                   " chunks do not exist or may not be read; the server does not tell which of the two"));
  return ExitCode::kNegative;
}

}  // namespace

void AddSearchCommands(Program& program) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* search = program.app.add_subcommand("search", "Find what you, or the principal of --as, may read");
  search->add_option("COLLECTION", options->collection)->required();
  search->add_option("QUERY", options->query);
  search->add_option("--batch", options->batch_file, "Ask every line of a file (- for standard input) at one revision");
  search->add_option("-k", options->k, "Number of results")->check(CLI::Range(1, 1000))->capture_default_str();
  search->add_option("--filter", options->filter,
                     "Only chunks whose metadata is so, e.g. 'year >= 2020 and team in (red, blue)'");
  search->add_flag("--exact", options->exact, "Scan everything readable instead of letting the planner choose");
  search->add_flag("--explain-plan", options->explain_plan, "Show how the search ran");
  CLI::Option* form =
      search
          ->add_option("--form", options->form, "Print whole texts, marked for a model: delimited, datamarked, base64")
          ->check(CLI::IsMember(kForms))
          ->capture_default_str();
  search
      ->add_flag_callback(
          "--delimited", [options] { options->form = "delimited"; }, "The same as --form delimited")
      ->excludes(form);
  search->add_option("--per-document", options->per_document, "At most so many results of one document; 0: no cap")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  search->add_flag("--collapse", options->collapse, "One result of several whose texts are nearly the same");
  program.Run(search, [&program, options] { return Search(program.session, *options); });

  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App* get = program.app.add_subcommand("get", "Print chunks by name; exits with 3 when some are not given");
  get->add_option("CHUNK", *names, "e.g. handbook/hr/leave.md#0")->required();
  program.Run(get, [&program, names] { return Get(program.session, *names); });
}

}  // namespace usher::cli
