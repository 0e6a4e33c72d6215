// Where a loaded workload lies: a temporary folder, or one that is kept and used again.
//
// Guarantees: a kept folder is used again only for the very workload it was loaded with; a temporary one is gone with
// its owner. Thread-safety: const methods.
#ifndef USHER_BENCH_USHER_BENCH_FOLDER_H_
#define USHER_BENCH_USHER_BENCH_FOLDER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace usher::bench {

class Folder {
 public:
  // An empty path: a temporary one. FAILED_PRECONDITION for a folder that holds anything but a wholly loaded workload
  // of this fingerprint.
  static absl::StatusOr<Folder> Open(const std::string& path, uint64_t fingerprint);
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  // Of the store.
  std::string data() const { return path_ + "/data"; }
  bool loaded() const { return loaded_; }
  // Remembers that everything is in it.
  absl::Status MarkLoaded();

 private:
  Folder() = default;
  std::string MarkPath() const { return path_ + "/workload"; }

  std::string path_;
  std::string mark_;
  bool temporary_ = false;
  bool loaded_ = false;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_FOLDER_H_
