#include "index/storage/watermark.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/storage/keys.h"

namespace usher::storage {
namespace {

constexpr size_t kBytes = 16;

absl::Status FileError(std::string_view doing, const std::string& path) {
  const int code = errno;
  const std::string message = absl::StrCat("cannot ", acl::ToAbsl(doing), " ", path, ": ", std::strerror(code));
  if (code == ENOSPC || code == EDQUOT) {
    return absl::ResourceExhaustedError(absl::StrCat(message, "; free space on the disk of the data folder"));
  }
  return absl::UnavailableError(message);
}

}  // namespace

Watermark::Watermark(int file, std::string path, std::string_view store_id)
    : file_(file), path_(std::move(path)), store_id_(store_id) {}

Watermark::~Watermark() { ::close(file_); }

absl::StatusOr<std::unique_ptr<Watermark>> Watermark::Open(const std::string& folder, std::string_view store_id,
                                                           acl::Revision recovered) {
  std::string path = absl::StrCat(folder, "/", acl::ToAbsl(kWatermarkFile));
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return FileError("open", path);
  std::unique_ptr<Watermark> watermark(new Watermark(file, std::move(path), store_id));
  if (absl::Status status = watermark->Check(recovered); !status.ok()) return status;
  if (absl::Status status = watermark->Write(recovered); !status.ok()) return status;
  return watermark;
}

std::string Watermark::Content(acl::Revision revision) const {
  std::string content = BigEndian64(revision.value());
  const uint64_t seed = XXH3_64bits(store_id_.data(), store_id_.size());
  content.append(BigEndian64(XXH3_64bits_withSeed(content.data(), content.size(), seed)));
  return content;
}

absl::Status Watermark::Check(acl::Revision recovered) const {
  std::array<char, kBytes + 1> buffer;
  const ssize_t got = ::pread(file_, buffer.data(), buffer.size(), 0);
  if (got < 0) return FileError("read", path_);
  const std::string content(buffer.data(), static_cast<size_t>(got));
  // A new file, or one whose bytes a loss of power left unwritten.
  if (std::all_of(content.begin(), content.end(), [](char byte) { return byte == 0; })) return absl::OkStatus();
  const std::optional<uint64_t> revision = ParseBigEndian64(std::string_view(content).substr(0, 8));
  if (!revision.has_value() || content != Content(acl::Revision(*revision))) {
    return absl::DataLossError(
        absl::StrCat(path_, " is damaged or belongs to another store; restore the data folder from a backup, or, ",
                     "if every other file is known to be good, remove this one"));
  }
  if (*revision > recovered.value()) {
    return absl::DataLossError(absl::StrCat(
        "the data folder holds writes up to revision ", recovered.value(), " but revision ", *revision,
        " was acknowledged (", path_, "); the write-ahead log was cut or damaged, restore the folder from a backup"));
  }
  return absl::OkStatus();
}

absl::Status Watermark::Write(acl::Revision revision) {
  const std::string content = Content(revision);
  ssize_t written;
  do {
    written = ::pwrite(file_, content.data(), content.size(), 0);
  } while (written < 0 && errno == EINTR);
  if (written < 0) return FileError("write", path_);
  if (static_cast<size_t>(written) != content.size()) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path_, " wholly"));
  }
  return absl::OkStatus();
}

}  // namespace usher::storage
