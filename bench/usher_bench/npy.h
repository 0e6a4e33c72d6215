// Arrays that numpy saved (.npy), mapped into memory rather than read.
//
// Guarantees: what is handed out has the size that the file's header says, and lies within the file.
// Non-guarantees: a file that shrinks while it is mapped ends the program. Thread-safety: const methods may be called
// concurrently.
#ifndef USHER_BENCH_USHER_BENCH_NPY_H_
#define USHER_BENCH_USHER_BENCH_NPY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace usher::bench {

class NpyFile {
 public:
  // NOT_FOUND for a file that cannot be opened; INVALID_ARGUMENT, naming the file, for anything that is no array in
  // C order, versions 1 to 3 of the format.
  static absl::StatusOr<NpyFile> Map(const std::string& path);
  NpyFile(NpyFile&& other) noexcept;
  NpyFile& operator=(NpyFile&& other) noexcept;
  ~NpyFile();

  const std::vector<size_t>& shape() const { return shape_; }
  // numpy's name of the type of the elements, such as `<f4`.
  const std::string& type() const { return type_; }

  // All elements in C order; valid as long as this. INVALID_ARGUMENT for a file of other elements or of another number
  // of axes.
  absl::StatusOr<absl::Span<const float>> Floats(size_t axes) const;
  absl::StatusOr<std::vector<int64_t>> Integers(size_t axes) const;

  // Lets go of the pages that were read, so that they do not count as this process's memory; they come back when used.
  void Release() const;

 private:
  NpyFile() = default;
  absl::Status ReadHeader();
  absl::Status CheckAxes(size_t axes) const;
  size_t count() const;

  std::string path_;
  const char* data_ = nullptr;
  size_t size_ = 0;
  size_t begin_ = 0;  // of the elements
  std::string type_;
  std::vector<size_t> shape_;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_NPY_H_
