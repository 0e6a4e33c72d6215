#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "server/cli/commands.h"
#include "server/cli/ingest/batch.h"
#include "server/cli/ingest/document_file.h"
#include "server/cli/ingest/document_line.h"
#include "server/cli/ingest/file_walk.h"
#include "server/cli/ingest/run_id.h"
#include "server/cli/ingest/uploader.h"
#include "server/cli/json_lines.h"
#include "server/cli/progress.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct IngestOptions {
  std::string collection;
  std::vector<std::string> paths;
  bool keep_going = false;
  std::string resume;
};

// One load: reads documents, batches them, uploads the batches, and keeps count of what could not be used.
class Load {
 public:
  Load(Session& session, const IngestOptions& options, std::string collection, FileList list)
      : session_(session),
        keep_going_(options.keep_going),
        collection_(std::move(collection)),
        run_(options.resume.empty() ? NewRunId() : options.resume),
        list_(std::move(list)),
        progress_(session.out().error_is_terminal(), TotalBytes(list_)),
        uploader_(session, UploadSettings()) {}

  absl::StatusOr<ExitCode> Run() {
    const absl::Time begin = absl::Now();
    absl::Status loaded = ReadAll();
    // What was read before a bad line is sent all the same, so that the counts say where to go on.
    if (auto sent = uploader_.Add(batcher_.Take()); loaded.ok()) loaded = sent;
    if (auto finished = uploader_.Finish(); loaded.ok()) loaded = finished;
    progress_.Hide();
    Summarize(absl::Now() - begin);
    if (!loaded.ok()) {
      session_.out().Note(
          absl::StrCat("not everything was ingested; once the cause is removed, run the command again, with --resume ",
                       run_, " to send nothing twice"));
      return loaded;
    }
    return bad_ == 0 ? ExitCode::kOk : ExitCode::kFailure;
  }

 private:
  static uint64_t TotalBytes(const FileList& list) {
    uint64_t total = 0;
    for (const SourceFile& file : list.files) total += file.bytes;
    return total;
  }

  UploadOptions UploadSettings() {
    UploadOptions settings{.collection = collection_, .run = run_, .on_answer = {}, .on_refused = {}};
    settings.on_answer = [this](const json& answer) {
      if (session_.out().json()) session_.out().Json(answer);
      progress_.Show(uploader_.totals().source_bytes, absl::StrCat(uploader_.totals().documents, " documents"));
    };
    if (keep_going_) settings.on_refused = [this](const std::string& message) { TellBad(message); };
    return settings;
  }

  absl::Status ReadAll() {
    for (const SourceFile& file : list_.files) {
      if (auto read = file.IsJsonLines() ? ReadLines(file) : ReadText(file); !read.ok()) return read;
    }
    return absl::OkStatus();
  }

  absl::Status ReadText(const SourceFile& file) {
    return Take(file.path, DocumentFromFile(file.path, collection_, file.id), file.bytes);
  }

  absl::Status ReadLines(const SourceFile& file) {
    return ForEachJsonLine(file.path, [this](const std::string& where, const absl::StatusOr<json>& line) {
      return Take(where, line.ok() ? DocumentFromLine(*line, collection_) : line, line.ok() ? line->dump().size() : 0);
    });
  }

  absl::Status Take(const std::string& where, absl::StatusOr<json> document, uint64_t source_bytes) {
    if (!document.ok()) {
      const std::string message = absl::StrCat(where, ": ", document.status().message());
      if (!keep_going_) return absl::InvalidArgumentError(message);
      TellBad(message);
      return absl::OkStatus();
    }
    auto full = batcher_.Add({.document = *std::move(document), .where = where, .source_bytes = source_bytes});
    return full ? uploader_.Add(*std::move(full)) : absl::OkStatus();
  }

  void TellBad(const std::string& message) {
    ++bad_;
    progress_.Hide();
    session_.out().Note(message);
  }

  void Summarize(absl::Duration elapsed) {
    const UploadTotals& totals = uploader_.totals();
    std::string line = absl::StrFormat("%d documents, %d chunks, %d findings in %.1f s", totals.documents,
                                       totals.chunks, totals.findings, absl::ToDoubleSeconds(elapsed));
    if (bad_ > 0) absl::StrAppend(&line, "; ", bad_, " documents could not be used");
    if (list_.other_files > 0) absl::StrAppend(&line, "; ", list_.other_files, " files of other kinds passed over");
    if (list_.symbolic_links > 0) absl::StrAppend(&line, "; ", list_.symbolic_links, " symbolic links not followed");
    session_.out().json() ? session_.out().Note(line) : session_.out().Line(line);
  }

  Session& session_;
  const bool keep_going_;
  const std::string collection_;
  const std::string run_;
  const FileList list_;
  Progress progress_;
  Batcher batcher_;
  Uploader uploader_;
  uint64_t bad_ = 0;
};

absl::StatusOr<ExitCode> Ingest(Session& session, const IngestOptions& options) {
  auto collection = CollectionName(options.collection);
  if (!collection.ok()) return collection.status();
  auto list = FindFiles(options.paths);
  if (!list.ok()) return list.status();
  // Wrong options show before the first file is read.
  if (auto client = session.Client(); !client.ok()) return client.status();
  if (auto deadline = session.Deadline(); !deadline.ok()) return deadline.status();
  Load load(session, options, *std::move(collection), *std::move(list));
  return load.Run();
}

}  // namespace

void AddIngestCommand(Program& program) {
  auto options = std::make_shared<IngestOptions>();
  CLI::App* command = program.app.add_subcommand("ingest", "Add or replace documents from files");
  command->add_option("COLLECTION", options->collection)->required();
  command
      ->add_option("PATH", options->paths,
                   absl::StrCat("Directories, searched for ", kTextFileKinds,
                                "; such files; or .jsonl files with one document a line. A file's document id is its "
                                "path below the directory"))
      ->required();
  command->add_flag("--keep-going", options->keep_going,
                    "Leave out what cannot be used, tell it, and exit with 1 at the end");
  command
      ->add_option("--resume", options->resume,
                   "Continue the run of this id, within a day, without sending anything twice")
      ->check([](const std::string& run) {
        const bool fits =
            !run.empty() && run.size() <= 64 && run.find_first_not_of("0123456789abcdef") == std::string::npos;
        return fits ? std::string() : std::string("must be the id that the broken run printed");
      });
  program.Run(command, [&program, options] { return Ingest(program.session, *options); });
}

}  // namespace usher::cli
