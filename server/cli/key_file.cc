#include "server/cli/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace usher::cli {
namespace {

constexpr size_t kLongestFile = 4096;

}  // namespace

absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open the key file ", path));
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info {};
  if (fstat(file, &info) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot look at the key file ", path));
  if (!S_ISREG(info.st_mode)) return absl::InvalidArgumentError(absl::StrCat(path, " is not a file that holds a key"));
  std::string text(kLongestFile + 1, '\0');
  const ssize_t length = read(file, text.data(), text.size());
  if (length < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot read the key file ", path));
  text.resize(static_cast<size_t>(length));
  const absl::string_view key = absl::StripAsciiWhitespace(text);
  if (key.empty() || text.size() > kLongestFile) {
    return absl::InvalidArgumentError(absl::StrCat(path, " must hold one API key and nothing else"));
  }
  return KeyFile{.key = std::string(key), .readable_by_others = (info.st_mode & (S_IRGRP | S_IROTH)) != 0};
}

}  // namespace usher::cli
