#include "index/storage/authenticated_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::storage {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
// What may wait to be written: a commit of the store that comes meanwhile waits for the disk to take it first.
constexpr uint64_t kUnsyncedBytes = 8 * kBlockBytes;
constexpr std::array<char, 8> kMagic = {'U', 'S', 'H', 'R', 'F', 'I', 'L', 'E'};
constexpr uint32_t kFormat = 1;
constexpr uint32_t kByteOrder = 0x01020304;
constexpr size_t kSaltBytes = 32;

struct Trailer {
  std::array<char, 8> magic = kMagic;
  uint32_t format = kFormat;
  uint32_t byte_order = kByteOrder;
  uint64_t body_bytes = 0;
  std::array<char, kSaltBytes> salt{};
  std::array<char, kDigestBytes> digest{};  // of the fields above and what DigestOf names
};
static_assert(sizeof(Trailer) == 24 + kSaltBytes + kDigestBytes, "every byte of the trailer must be a field's");

absl::Status FileError(std::string_view doing, const std::string& path) {
  const int code = errno;
  const std::string message = absl::StrCat("cannot ", acl::ToAbsl(doing), " ", path, ": ", std::strerror(code));
  if (code == ENOENT) return absl::NotFoundError(message);
  if (code == ENOSPC || code == EDQUOT) {
    return absl::ResourceExhaustedError(absl::StrCat(message, "; free space on the disk of the data folder"));
  }
  return absl::UnavailableError(message);
}

std::string FileKeyOf(const FileBinding& binding, std::string_view salt) {
  return KeyedDigest(binding.secret, absl::StrCat("usher file key", acl::ToAbsl(salt), binding.identity));
}

std::string DigestOf(const std::string& key, const Trailer& trailer, std::string_view tags) {
  const std::string_view fields(reinterpret_cast<const char*>(&trailer), offsetof(Trailer, digest));
  return KeyedDigest(key, absl::StrCat("usher file", acl::ToAbsl(fields), acl::ToAbsl(tags)));
}

size_t BlocksOf(uint64_t body_bytes) { return static_cast<size_t>((body_bytes + kBlockBytes - 1) / kBlockBytes); }

// The file is closed by whoever opened it.
absl::StatusOr<absl::Span<const uint8_t>> Map(int file, const std::string& path) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return FileError("look at", path);
  const auto size = static_cast<size_t>(info.st_size);
  if (!S_ISREG(info.st_mode) || size < sizeof(Trailer)) {
    return absl::DataLossError(absl::StrCat(path, " is cut short or no file"));
  }
  void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return FileError("map", path);
  return absl::MakeConstSpan(static_cast<const uint8_t*>(bytes), size);
}

}  // namespace

absl::Status SyncFolder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return FileError("open", path);
  const bool synced = ::fsync(folder) == 0;
  absl::Status status = synced ? absl::OkStatus() : FileError("sync", path);
  ::close(folder);
  return status;
}

AuthenticatedWriter::AuthenticatedWriter(FileBinding binding, std::string salt, int file)
    : binding_(std::move(binding)), salt_(std::move(salt)), key_(FileKeyOf(binding_, salt_)), mac_(key_), file_(file) {
  block_.reserve(kBlockBytes);
}

absl::StatusOr<std::unique_ptr<AuthenticatedWriter>> AuthenticatedWriter::Create(FileBinding binding) {
  absl::StatusOr<std::string> salt = RandomSalt(kSaltBytes);
  if (!salt.ok()) return salt.status();
  const std::string path = absl::StrCat(binding.path, acl::ToAbsl(kUnfinishedSuffix));
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return FileError("create", path);
  return std::unique_ptr<AuthenticatedWriter>(new AuthenticatedWriter(std::move(binding), *std::move(salt), file));
}

AuthenticatedWriter::~AuthenticatedWriter() {
  if (file_ >= 0) ::close(file_);
  // If this fails, the next start removes it.
  if (!finished_) ::unlink(absl::StrCat(binding_.path, acl::ToAbsl(kUnfinishedSuffix)).c_str());
}

absl::Status AuthenticatedWriter::Append(absl::Span<const uint8_t> bytes) {
  while (status_.ok() && !bytes.empty()) {
    const size_t taken = std::min(bytes.size(), kBlockBytes - block_.size());
    block_.insert(block_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes.remove_prefix(taken);
    if (block_.size() == kBlockBytes) status_ = FlushBlock();
  }
  return status_;
}

absl::Status AuthenticatedWriter::FlushBlock() {
  const BlockTag tag = mac_.Tag(tags_.size() / kBlockTagBytes, block_);
  tags_.append(reinterpret_cast<const char*>(tag.data()), tag.size());
  body_bytes_ += block_.size();
  absl::Status status = Write(block_);
  block_.clear();
  if (!status.ok() || body_bytes_ % kUnsyncedBytes != 0 || ::fdatasync(file_) == 0) return status;
  return FileError("write", binding_.path);
}

absl::Status AuthenticatedWriter::Write(absl::Span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", binding_.path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status AuthenticatedWriter::Finish() {
  if (status_.ok() && !block_.empty()) status_ = FlushBlock();
  if (!status_.ok()) return status_;
  Trailer trailer;
  trailer.body_bytes = body_bytes_;
  std::copy(salt_.begin(), salt_.end(), trailer.salt.begin());
  const std::string digest = DigestOf(key_, trailer, tags_);
  std::copy(digest.begin(), digest.end(), trailer.digest.begin());
  status_ = Write({reinterpret_cast<const uint8_t*>(tags_.data()), tags_.size()});
  if (status_.ok()) status_ = Write({reinterpret_cast<const uint8_t*>(&trailer), sizeof(trailer)});
  if (status_.ok()) status_ = Publish();
  return status_;
}

absl::Status AuthenticatedWriter::Publish() {
  const std::string unfinished = absl::StrCat(binding_.path, acl::ToAbsl(kUnfinishedSuffix));
  if (::fsync(file_) != 0) return FileError("sync", unfinished);
  if (::close(std::exchange(file_, -1)) != 0) return FileError("close", unfinished);
  if (::rename(unfinished.c_str(), binding_.path.c_str()) != 0) return FileError("rename", unfinished);
  finished_ = true;
  return SyncFolder(binding_.path.substr(0, binding_.path.rfind('/')));
}

absl::StatusOr<std::shared_ptr<const AuthenticatedFile>> AuthenticatedFile::Open(const FileBinding& binding) {
  const int file = ::open(binding.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) return FileError("open", binding.path);
  const auto mapped = Map(file, binding.path);
  ::close(file);
  if (!mapped.ok()) return mapped.status();
  const std::shared_ptr<AuthenticatedFile> opened(new AuthenticatedFile(mapped->data(), mapped->size()));
  if (absl::Status status = opened->Check(binding); !status.ok()) return status;
  return opened;
}

AuthenticatedFile::~AuthenticatedFile() { ::munmap(const_cast<uint8_t*>(bytes_), size_); }

absl::Status AuthenticatedFile::Check(const FileBinding& binding) {
  const auto damaged = [&](std::string_view why) {
    return absl::DataLossError(absl::StrCat(binding.path, " ", acl::ToAbsl(why)));
  };
  Trailer trailer;
  std::memcpy(&trailer, bytes_ + size_ - sizeof(Trailer), sizeof(Trailer));
  if (trailer.magic != kMagic) return damaged("is damaged or cut short");
  if (trailer.byte_order != kByteOrder) return damaged("was written by a machine of another byte order");
  if (trailer.format > kFormat) {
    return absl::FailedPreconditionError(absl::StrCat(binding.path, " was written by a newer version"));
  }
  const size_t blocks = BlocksOf(std::min<uint64_t>(trailer.body_bytes, size_));
  if (trailer.format != kFormat || trailer.body_bytes > size_ ||
      trailer.body_bytes + blocks * kBlockTagBytes + sizeof(Trailer) != size_) {
    return damaged("has another size than it says");
  }
  body_bytes_ = static_cast<size_t>(trailer.body_bytes);
  const std::string_view tags(reinterpret_cast<const char*>(bytes_ + body_bytes_), blocks * kBlockTagBytes);
  const std::string key = FileKeyOf(binding, {trailer.salt.data(), trailer.salt.size()});
  if (!EqualDigests(DigestOf(key, trailer, tags), {trailer.digest.data(), trailer.digest.size()})) {
    return damaged("is damaged, or was not written by this store in this place");
  }
  const BlockMac mac(key);
  for (size_t block = 0; block < blocks; ++block) {
    const BlockTag tag = mac.Tag(block, body().subspan(block * kBlockBytes, kBlockBytes));
    if (!EqualDigests({reinterpret_cast<const char*>(tag.data()), tag.size()},
                      tags.substr(block * kBlockTagBytes, kBlockTagBytes))) {
      return damaged("is damaged");
    }
  }
  return absl::OkStatus();
}

}  // namespace usher::storage
