// Files that nobody without the store's secret can change unseen: written whole, and mapped once every byte was
// checked.
//
// On disk: the body; the code of each block of it (crypto_mac.h); a trailer with magic, format, byte order, the body's
// size, the salt of the file's key, and a digest over all of these, the codes and what the file is bound to.
// Guarantees: Open gives out the bytes that were appended for the same binding and secret, or an error; a file appears
// under its name complete and durable, or not at all. Non-guarantees: nothing is hidden; whoever can write to the
// folder can put back an older file of the same binding, or change a file after it was opened. Thread-safety: a writer
// has one user; an opened file is immutable.
#ifndef USHER_INDEX_STORAGE_AUTHENTICATED_FILE_H_
#define USHER_INDEX_STORAGE_AUTHENTICATED_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/crypto_mac.h"

namespace usher::storage {

// Where a file lies, what it is, and the secret that vouches for it.
struct FileBinding {
  std::string path;
  std::string secret;
  std::string identity;  // any bytes; a file opens only under the identity it was written for
};

// Written to until it is finished; what an end of the program left unfinished has this at the end of its name.
inline constexpr std::string_view kUnfinishedSuffix = ".tmp";

class AuthenticatedWriter {
 public:
  // Starts the file beside its name. RESOURCE_EXHAUSTED when the disk is full, else UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<AuthenticatedWriter>> Create(FileBinding binding);
  // Removes what was not finished.
  ~AuthenticatedWriter();
  AuthenticatedWriter(const AuthenticatedWriter&) = delete;
  AuthenticatedWriter& operator=(const AuthenticatedWriter&) = delete;

  // Errors as Create; the first one comes back from all later calls.
  absl::Status Append(absl::Span<const uint8_t> bytes);
  // Makes the file durable and gives it its name.
  absl::Status Finish();

 private:
  AuthenticatedWriter(FileBinding binding, std::string salt, int file);
  absl::Status FlushBlock();
  absl::Status Write(absl::Span<const uint8_t> bytes);
  absl::Status Publish();

  FileBinding binding_;
  std::string salt_;
  std::string key_;
  BlockMac mac_;
  int file_;
  bool finished_ = false;
  absl::Status status_;
  std::vector<uint8_t> block_;
  std::string tags_;
  uint64_t body_bytes_ = 0;
};

class AuthenticatedFile {
 public:
  // DATA_LOSS for anything but the bytes that were written for this binding; FAILED_PRECONDITION for the format of a
  // newer version; NOT_FOUND; UNAVAILABLE when it cannot be read.
  static absl::StatusOr<std::shared_ptr<const AuthenticatedFile>> Open(const FileBinding& binding);
  ~AuthenticatedFile();
  AuthenticatedFile(const AuthenticatedFile&) = delete;
  AuthenticatedFile& operator=(const AuthenticatedFile&) = delete;

  // Mapped, on a page boundary; valid while this lives.
  absl::Span<const uint8_t> body() const { return {bytes_, body_bytes_}; }

 private:
  AuthenticatedFile(const uint8_t* bytes, size_t size) : bytes_(bytes), size_(size) {}
  absl::Status Check(const FileBinding& binding);

  const uint8_t* bytes_;
  size_t size_;
  size_t body_bytes_ = 0;
};

// Makes the names in a folder durable. UNAVAILABLE.
absl::Status SyncFolder(const std::string& path);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_AUTHENTICATED_FILE_H_
