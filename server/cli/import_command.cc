#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/cli/commands.h"
#include "server/cli/import/formats.h"
#include "server/cli/import/mapping.h"
#include "server/cli/import/picture.h"
#include "server/cli/import/sync_upload.h"
#include "server/cli/resource.h"
#include "server/cli/sync_text.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kFooter[] =
    "\nThe files together are the complete picture of the source: what they leave out loses its members, or becomes\n"
    "readable by nobody. They take effect as a whole or not at all; a sync that changes too much is held (exit code "
    "3).\n"
    "Groups become group:SOURCE/ID.\n"
    "\nFormats:\n"
    "  csv      a header, then `group,member` or `resource,effect,subject[,not_before,expire_time]`; all lines of a\n"
    "           resource make its policy. Groups are written as ID or group:SOURCE/ID, members and subjects in full\n"
    "  jsonl    lines of {\"group\": ..., \"member\": ...} or {\"resource\": ..., \"policy\": {\"rules\": [...]}}\n"
    "  openfga  what `fga tuple read` prints, or a store file with `tuples:`; JSON or YAML\n"
    "  spicedb  relationships one a line, as `document:readme#viewer@user:ann`, or a YAML file with `relationships: "
    "|-`\n"
    "\nWithout a mapping, user and service are principals, group#member is a membership, and document#viewer, reader,\n"
    "owner and editor allow reading documents of --collection; user:* is everyone. A mapping file replaces all that:\n"
    "  principals: {user: user, robot: service}\n"
    "  memberships:\n"
    "    - {type: group, relations: [member]}\n"
    "    - {type: team, relations: [member, lead], group: \"team-{id}\"}\n"
    "  resources:\n"
    "    - {type: document, relations: [viewer], resource: \"collections/handbook/documents/{id}\"}\n"
    "    - {type: folder, relations: [blocked], resource: \"collections/handbook/folders/{id}\", effect: deny}\n"
    "  ignored:\n"
    "    - {type: document, relations: [parent]}\n"
    "Whatever the mapping does not cover, conditions, caveats and other wildcards are errors, and nothing is sent.";

struct ImportOptions {
  std::string source;
  std::string format;
  std::string mapping;
  std::string collection;
  std::vector<std::string> files;
  bool dry_run = false;
};

bool HoldsTuples(const ImportOptions& options) { return options.format == "openfga" || options.format == "spicedb"; }

absl::StatusOr<Mapping> MappingOf(const ImportOptions& options) {
  if (!options.mapping.empty()) return ReadMapping(options.mapping);
  if (options.collection.empty()) return DefaultMapping("");
  auto collection = CollectionName(options.collection);
  if (!collection.ok()) return collection.status();
  return DefaultMapping(*collection);
}

absl::Status ReadTuples(const ImportOptions& options, Picture& picture) {
  auto mapping = MappingOf(options);
  if (!mapping.ok()) return mapping.status();
  std::vector<Tuple> all;
  for (const std::string& path : options.files) {
    auto tuples = options.format == "openfga" ? ReadOpenFga(path) : ReadSpiceDb(path);
    if (!tuples.ok()) return tuples.status();
    all.insert(all.end(), std::make_move_iterator(tuples->begin()), std::make_move_iterator(tuples->end()));
  }
  return AddTuples(all, *mapping, absl::Now(), picture);
}

absl::Status ReadPicture(const ImportOptions& options, Picture& picture) {
  if (HoldsTuples(options)) return ReadTuples(options, picture);
  for (const std::string& path : options.files) {
    const auto read = options.format == "csv" ? ReadCsvPicture(path, picture) : ReadJsonlPicture(path, picture);
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Import(Session& session, const ImportOptions& options) {
  if (!HoldsTuples(options) && !(options.mapping.empty() && options.collection.empty())) {
    return UsageError(absl::StrCat("--mapping and --collection have no meaning for ", options.format));
  }
  Picture picture(options.source);
  if (auto read = ReadPicture(options, picture); !read.ok()) {
    session.out().Note("nothing was sent");
    return read;
  }
  auto parts = picture.Parts();
  if (!parts.ok()) return parts.status();
  Output& out = session.out();
  if (options.dry_run) {
    for (const json& part : *parts) {
      if (out.json()) out.Json(part);
    }
    if (!out.json()) {
      out.Line(absl::StrCat("would send ", picture.memberships().size(), " memberships and ", picture.policy_count(),
                            " policies in ", parts->size(), " parts; nothing was sent"));
    }
    return ExitCode::kOk;
  }
  auto answer = UploadSync(session, options.source, *std::move(parts));
  if (!answer.ok()) return answer.status();
  return TellCommit(options.source, *answer, out);
}

}  // namespace

void AddImportCommand(Program& program) {
  CLI::App* command = program.app.add_subcommand("import", "Bring rights from elsewhere, as one sync of a source");
  command->footer(kFooter);
  auto options = std::make_shared<ImportOptions>();
  command->add_option("FILE", options->files, "The picture, in one file or several")->required();
  command->add_option("--source", options->source, "Name of the source, as `sources list` shows it")->required();
  command->add_option("--format", options->format, "What the files are")
      ->required()
      ->check(CLI::IsMember({"csv", "jsonl", "openfga", "spicedb"}));
  auto* mapping =
      command->add_option("--mapping", options->mapping, "YAML file that says what types and relations mean")
          ->type_name("FILE");
  command->add_option("--collection", options->collection, "Where the tuples' documents are, without a mapping")
      ->excludes(mapping);
  command->add_flag("--dry-run", options->dry_run, "Read and check everything, and send nothing");
  program.Run(command, [&program, options] { return Import(program.session, *options); });
}

}  // namespace usher::cli
