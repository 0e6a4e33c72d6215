#include "index/storage/data_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/storage/watermark.h"

namespace usher::storage {
namespace {

absl::Status FolderError(int code, std::string_view doing, const std::string& path) {
  const std::string message =
      absl::StrCat("cannot ", acl::ToAbsl(doing), " the data folder ", path, ": ", std::strerror(code));
  switch (code) {
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          absl::StrCat(message, "; give the server's user read, write and search permission on it"));
    case ENOTDIR:
      return absl::FailedPreconditionError(absl::StrCat(message, "; choose another folder"));
    case ENOENT:
      return absl::FailedPreconditionError(absl::StrCat(message, "; create its parent folder"));
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(absl::StrCat(message, "; free space on the disk"));
    default:
      return absl::UnavailableError(message);
  }
}

absl::Status MakeOrCheckFolder(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("the path of the data folder is empty; set it");
  if (::mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  if (errno != EEXIST) return FolderError(errno, "create", path);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return FolderError(errno, "look at", path);
  if (!S_ISDIR(info.st_mode)) return FolderError(ENOTDIR, "use", path);
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) return FolderError(errno, "use", path);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) return FolderError(error.value(), "list", path);
  return names;
}

// What a creation that was interrupted early may have left, and RocksDB simply starts over.
bool MayPrecedeADatabase(std::string_view name) {
  return name == "LOCK" || name == "IDENTITY" || name == "lost+found" || name.starts_with("LOG") ||
         name.starts_with("MANIFEST-") || name.starts_with("OPTIONS-") || name.ends_with(".dbtmp");
}

bool IsData(std::string_view name) {
  return name == kWatermarkFile || name.ends_with(".sst") || name.ends_with(".log");
}

}  // namespace

absl::Status PrepareDataFolder(const std::string& path) {
  if (absl::Status status = MakeOrCheckFolder(path); !status.ok()) return status;
  absl::StatusOr<std::vector<std::string>> names = NamesIn(path);
  if (!names.ok()) return names.status();
  std::string strange;
  bool data = false;
  for (const std::string& name : *names) {
    if (name == "CURRENT") return absl::OkStatus();
    if (IsData(name)) {
      data = true;
    } else if (!MayPrecedeADatabase(name)) {
      strange = name;
    }
  }
  if (data) {
    return absl::DataLossError(
        absl::StrCat("the data folder ", path, " holds data but not its file CURRENT; restore it from a backup"));
  }
  if (!strange.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("the folder ", path,
                                                      " is not empty and no data folder (it holds '", strange,
                                                      "'); choose an empty or new folder"));
  }
  return absl::OkStatus();
}

}  // namespace usher::storage
