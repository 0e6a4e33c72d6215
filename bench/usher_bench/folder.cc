#include "bench/usher_bench/folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::bench {
namespace {

namespace fs = std::filesystem;

absl::StatusOr<std::string> MakeTemporary() {
  std::string pattern = (fs::temp_directory_path() / "usher-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) != nullptr) return pattern;
  return absl::UnavailableError(absl::StrCat("no temporary folder ", pattern, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<Folder> Folder::Open(const std::string& path, uint64_t fingerprint) {
  Folder folder;
  folder.mark_ = absl::StrCat(absl::Hex(fingerprint, absl::kZeroPad16), "\n");
  if (path.empty()) {
    auto made = MakeTemporary();
    if (!made.ok()) return made.status();
    folder.path_ = *std::move(made);
    folder.temporary_ = true;
    return folder;
  }
  folder.path_ = path;
  std::error_code error;
  fs::create_directories(path, error);
  if (error || !fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--folder ", path, " cannot be made or is no folder: ", error.message()));
  }
  if (fs::is_empty(path, error)) return folder;
  std::ifstream stream(folder.MarkPath());
  std::string line;
  std::getline(stream, line);
  if (line + "\n" != folder.mark_) {
    return absl::FailedPreconditionError(absl::StrCat(
        "--folder ", path, " is not empty and does not hold this workload, wholly loaded; name another one"));
  }
  folder.loaded_ = true;
  return folder;
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::move(other.path_)),
      mark_(std::move(other.mark_)),
      temporary_(std::exchange(other.temporary_, false)),
      loaded_(other.loaded_) {}

Folder::~Folder() {
  std::error_code ignored;
  if (temporary_) fs::remove_all(path_, ignored);
}

absl::Status Folder::MarkLoaded() {
  std::ofstream stream(MarkPath());
  stream << mark_;
  stream.close();
  if (!stream) return absl::UnavailableError(absl::StrCat("could not write ", MarkPath()));
  loaded_ = true;
  return absl::OkStatus();
}

}  // namespace usher::bench
