#include "index/embed/static_model.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace usher::embed {
namespace {

constexpr std::string_view kMagic = "USHEREMB";
constexpr size_t kHeaderSize = 64;
constexpr size_t kDigestOffset = 40;
constexpr size_t kDigestSize = 16;
constexpr uint32_t kMaxDimension = 4096;
constexpr uint32_t kMaxTokens = 1 << 20;
constexpr size_t kMaxFileSize = size_t{1} << 30;

uint64_t ReadInteger(std::string_view bytes, size_t offset, size_t width) {
  uint64_t value = 0;
  for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

struct Header {
  uint32_t version;
  uint32_t dimension;
  uint32_t tokens;
  uint32_t unknown_id;
  uint64_t vocabulary_size;
  uint64_t file_size;
  uint64_t reserved;
};

Header ReadHeader(std::string_view bytes) {
  return {static_cast<uint32_t>(ReadInteger(bytes, 8, 4)),
          static_cast<uint32_t>(ReadInteger(bytes, 12, 4)),
          static_cast<uint32_t>(ReadInteger(bytes, 16, 4)),
          static_cast<uint32_t>(ReadInteger(bytes, 20, 4)),
          ReadInteger(bytes, 24, 8),
          ReadInteger(bytes, 32, 8),
          ReadInteger(bytes, 56, 8)};
}

// The digest over everything but its own place, as its canonical (big-endian) bytes.
std::string Digest(std::string bytes) {
  std::memset(bytes.data() + kDigestOffset, 0, kDigestSize);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return std::string(reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest));
}

absl::Status CheckIntact(const std::string& bytes, const Header& header) {
  if (header.version != StaticModel::kFormatVersion) {
    return absl::FailedPreconditionError(absl::StrCat("model format version is ", header.version,
                                                      ", this program reads version ", StaticModel::kFormatVersion,
                                                      "; use the model file that came with this release"));
  }
  if (header.file_size != bytes.size()) {
    return absl::DataLossError(absl::StrCat("model file has ", bytes.size(), " bytes but its header says ",
                                            header.file_size, "; copy it again"));
  }
  if (Digest(bytes) != std::string_view(bytes).substr(kDigestOffset, kDigestSize)) {
    return absl::DataLossError("model file is altered: its checksum does not match; copy it again");
  }
  return absl::OkStatus();
}

absl::Status CheckShape(const Header& header) {
  if (header.dimension == 0 || header.dimension > kMaxDimension || header.tokens == 0 || header.tokens > kMaxTokens) {
    return absl::InvalidArgumentError(absl::StrCat("model of ", header.tokens, " tokens x ", header.dimension,
                                                   " dimensions; up to ", kMaxTokens, " x ", kMaxDimension,
                                                   " are supported"));
  }
  const uint64_t expected = kHeaderSize + uint64_t{header.tokens} * (header.dimension + 2) + header.vocabulary_size;
  if (header.vocabulary_size > header.file_size || expected != header.file_size || header.reserved != 0) {
    return absl::InvalidArgumentError("model header contradicts itself: section sizes do not add up to the file size");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadVocabulary(std::string_view section, uint32_t count) {
  std::vector<std::string> tokens;
  tokens.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const size_t length = section.empty() ? 0 : static_cast<unsigned char>(section.front());
    if (length == 0 || section.size() < 1 + length) {
      return absl::InvalidArgumentError(absl::StrCat("model vocabulary ends at token ", i, " of ", count));
    }
    tokens.emplace_back(section.substr(1, length));
    section.remove_prefix(1 + length);
  }
  if (!section.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(section.size(), " bytes follow the model's vocabulary"));
  }
  return tokens;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return absl::ErrnoToStatus(errno, "cannot open it");
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info;
  if (fstat(file, &info) != 0) return absl::ErrnoToStatus(errno, "cannot read its size");
  if (!S_ISREG(info.st_mode) || info.st_size < 0 || static_cast<size_t>(info.st_size) > kMaxFileSize) {
    return absl::FailedPreconditionError("not a regular file of at most 1 GiB");
  }
  std::string bytes(static_cast<size_t>(info.st_size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(file, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "cannot read it");
    if (got == 0) return absl::DataLossError("it shrank while being read");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<StaticModel> StaticModel::Parse(std::string bytes) {
  if (bytes.size() < kHeaderSize) {
    return absl::DataLossError(absl::StrCat("model file has only ", bytes.size(), " bytes; copy it again"));
  }
  const std::string_view view = bytes;
  if (view.substr(0, kMagic.size()) != kMagic) {
    return absl::FailedPreconditionError("not a static embedding model: the file does not begin with USHEREMB");
  }
  const Header header = ReadHeader(view);
  if (absl::Status status = CheckIntact(bytes, header); !status.ok()) return status;
  if (absl::Status status = CheckShape(header); !status.ok()) return status;
  const size_t vector_bytes = size_t{header.tokens} * header.dimension;
  const size_t weights_at = kHeaderSize + vector_bytes;
  auto tokens = ReadVocabulary(view.substr(weights_at + 2 * size_t{header.tokens}), header.tokens);
  if (!tokens.ok()) return tokens.status();
  auto tokenizer = WordPiece::Create(*std::move(tokens), static_cast<int32_t>(header.unknown_id));
  if (!tokenizer.ok()) return tokenizer.status();

  StaticModel model(*std::move(tokenizer), static_cast<int>(header.dimension));
  model.vectors_.resize(vector_bytes);
  std::memcpy(model.vectors_.data(), bytes.data() + kHeaderSize, vector_bytes);
  model.weights_.reserve(header.tokens);
  for (uint32_t i = 0; i < header.tokens; ++i) {
    const uint64_t weight = ReadInteger(view, weights_at + 2 * size_t{i}, 2);
    if (weight > kMaxWeight) return absl::InvalidArgumentError(absl::StrCat("weight of token ", i, " is above 32767"));
    model.weights_.push_back(static_cast<uint16_t>(weight));
  }
  model.fingerprint_ = absl::BytesToHexString(bytes.substr(kDigestOffset, 4));
  return model;
}

absl::StatusOr<StaticModel> StaticModel::Load(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  absl::StatusOr<StaticModel> model = bytes.ok() ? Parse(*std::move(bytes)) : bytes.status();
  if (model.ok()) return model;
  return absl::Status(model.status().code(), absl::StrCat("embedding model '", path, "': ", model.status().message()));
}

}  // namespace usher::embed
