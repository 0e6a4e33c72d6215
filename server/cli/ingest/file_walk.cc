#include "server/cli/ingest/file_walk.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/cli/exit_code.h"
#include "server/cli/ingest/document_file.h"

namespace usher::cli {
namespace {

namespace fs = std::filesystem;

absl::Status CannotRead(const fs::path& path, const std::error_code& error) {
  return UsageError(absl::StrCat("cannot read ", path.string(), ": ", error.message()));
}

absl::Status Visit(const fs::directory_entry& entry, const fs::path& root, FileList& list) {
  std::error_code error;
  if (entry.is_symlink(error)) {
    ++list.symbolic_links;
  } else if (entry.is_regular_file(error) && TextFormatOf(entry.path().string())) {
    const uint64_t bytes = entry.file_size(error);
    list.files.push_back({entry.path().string(), entry.path().lexically_relative(root).generic_string(), bytes});
  } else if (!error && !entry.is_directory(error)) {
    ++list.other_files;
  }
  return error ? CannotRead(entry.path(), error) : absl::OkStatus();
}

absl::Status AddDirectory(const fs::path& root, FileList& list) {
  const auto begin = static_cast<std::ptrdiff_t>(list.files.size());
  std::error_code error;
  fs::recursive_directory_iterator entries(root, error);
  while (!error && entries != fs::recursive_directory_iterator()) {
    if (auto visited = Visit(*entries, root, list); !visited.ok()) return visited;
    entries.increment(error);
  }
  if (error) return CannotRead(root, error);
  std::sort(list.files.begin() + begin, list.files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.id < b.id; });
  return absl::OkStatus();
}

absl::Status AddPath(const std::string& path, FileList& list) {
  std::error_code error;
  if (fs::is_directory(path, error)) return AddDirectory(path, list);
  const uint64_t bytes = fs::file_size(path, error);
  if (error) return CannotRead(path, error);
  const SourceFile file{path, fs::path(path).filename().string(), bytes};
  if (!file.IsJsonLines() && !TextFormatOf(path)) {
    return UsageError(absl::StrCat(path, " is not of a kind that can be ingested: ", kTextFileKinds, " or .jsonl"));
  }
  list.files.push_back(file);
  return absl::OkStatus();
}

absl::Status CheckDistinct(const std::vector<SourceFile>& files) {
  std::map<absl::string_view, absl::string_view> paths;
  for (const SourceFile& file : files) {
    if (file.IsJsonLines()) continue;
    const auto [other, is_new] = paths.emplace(file.id, file.path);
    if (!is_new) {
      return UsageError(absl::StrCat(other->second, " and ", file.path, " would both become the document ", file.id,
                                     "; name a directory that holds both, or ingest them apart"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool SourceFile::IsJsonLines() const { return absl::EndsWithIgnoreCase(path, ".jsonl"); }

absl::StatusOr<FileList> FindFiles(const std::vector<std::string>& paths) {
  FileList list;
  for (const std::string& path : paths) {
    if (auto added = AddPath(path, list); !added.ok()) return added;
  }
  if (auto distinct = CheckDistinct(list.files); !distinct.ok()) return distinct;
  return list;
}

}  // namespace usher::cli
