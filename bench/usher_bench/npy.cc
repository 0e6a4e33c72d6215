#include "bench/usher_bench/npy.h"

#include <fcntl.h>
#include <re2/re2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace usher::bench {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are read as they lie in the file");

constexpr std::string_view kMagic = "\x93NUMPY";

absl::Status Bad(const std::string& path, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", why));
}

size_t SizeOf(const std::string& type) {
  if (type == "<f4" || type == "<i4") return 4;
  if (type == "<f8" || type == "<i8") return 8;
  return 0;
}

// Product of the axes, or nothing when it does not fit.
bool Count(const std::vector<size_t>& shape, size_t* count) {
  *count = 1;
  for (const size_t axis : shape) {
    if (axis != 0 && *count > std::numeric_limits<size_t>::max() / 16 / axis) return false;
    *count *= axis;
  }
  return true;
}

template <typename T>
void Append(const char* from, size_t count, std::vector<int64_t>* to) {
  for (size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, from + i * sizeof(T), sizeof(T));
    to->push_back(value);
  }
}

}  // namespace

NpyFile::NpyFile(NpyFile&& other) noexcept { *this = std::move(other); }

NpyFile& NpyFile::operator=(NpyFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(begin_, other.begin_);
  std::swap(type_, other.type_);
  std::swap(shape_, other.shape_);
  return *this;
}

NpyFile::~NpyFile() {
  if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
}

absl::StatusOr<NpyFile> NpyFile::Map(const std::string& path) {
  NpyFile file;
  file.path_ = path;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  struct stat about {};
  const bool sized = fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
  void* data = MAP_FAILED;
  if (sized && about.st_size > 0) {
    data = mmap(nullptr, static_cast<size_t>(about.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
  }
  close(descriptor);
  if (data == MAP_FAILED) return Bad(path, "is empty, or no file that can be mapped");
  file.data_ = static_cast<const char*>(data);
  file.size_ = static_cast<size_t>(about.st_size);
  if (absl::Status status = file.ReadHeader(); !status.ok()) return status;
  return file;
}

absl::Status NpyFile::ReadHeader() {
  const std::string_view bytes(data_, size_);
  if (size_ < 12 || bytes.substr(0, kMagic.size()) != kMagic) return Bad(path_, "is not a file saved by numpy.save");
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3) return Bad(path_, absl::StrCat("has the unknown format version ", version));
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<unsigned char>(bytes[at])); };
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
  const size_t start = version > 1 ? 12 : 10;
  if (length > size_ - start) return Bad(path_, "ends within its header");
  const std::string header(bytes.substr(start, length));
  begin_ = start + length;

  std::string order;
  std::string shape;
  if (!RE2::PartialMatch(header, R"('descr':\s*'([^']+)')", &type_) ||
      !RE2::PartialMatch(header, R"('fortran_order':\s*(True|False))", &order) ||
      !RE2::PartialMatch(header, R"('shape':\s*\(([0-9, ]*)\))", &shape)) {
    return Bad(path_, "has a header without descr, fortran_order or shape, or of a structured type");
  }
  if (order == "True") return Bad(path_, "is in Fortran order; save numpy.ascontiguousarray of it");
  for (absl::string_view axis : absl::StrSplit(shape, ',')) {
    axis = absl::StripAsciiWhitespace(axis);
    size_t length_of_axis = 0;
    if (axis.empty()) continue;
    if (!absl::SimpleAtoi(axis, &length_of_axis)) return Bad(path_, absl::StrCat("has the shape (", shape, ")"));
    shape_.push_back(length_of_axis);
  }
  size_t elements = 0;
  if (SizeOf(type_) == 0) return Bad(path_, absl::StrCat("holds ", type_, "; convert it to float32 or int32"));
  if (!Count(shape_, &elements) || elements * SizeOf(type_) != size_ - begin_) {
    return Bad(path_, absl::StrCat("says that it holds (", shape, ") of ", type_, ", but has ", size_ - begin_,
                                   " bytes of data; was it copied to the end?"));
  }
  return absl::OkStatus();
}

size_t NpyFile::count() const {
  size_t count = 1;
  for (const size_t axis : shape_) count *= axis;
  return count;
}

absl::Status NpyFile::CheckAxes(size_t axes) const {
  if (shape_.size() == axes) return absl::OkStatus();
  return Bad(path_, absl::StrCat("has the shape (", absl::StrJoin(shape_, ", "), "); ", axes, " axes are needed"));
}

absl::StatusOr<absl::Span<const float>> NpyFile::Floats(size_t axes) const {
  if (absl::Status status = CheckAxes(axes); !status.ok()) return status;
  if (type_ != "<f4") return Bad(path_, absl::StrCat("holds ", type_, "; float32 (<f4) is needed"));
  // Headers are padded so that elements are aligned; a file made otherwise is refused rather than read byte by byte.
  if (begin_ % alignof(float) != 0) return Bad(path_, "has elements that are not aligned; save it with numpy.save");
  return absl::MakeConstSpan(reinterpret_cast<const float*>(data_ + begin_), count());
}

absl::StatusOr<std::vector<int64_t>> NpyFile::Integers(size_t axes) const {
  if (absl::Status status = CheckAxes(axes); !status.ok()) return status;
  std::vector<int64_t> values;
  values.reserve(count());
  if (type_ == "<i4") {
    Append<int32_t>(data_ + begin_, count(), &values);
  } else if (type_ == "<i8") {
    Append<int64_t>(data_ + begin_, count(), &values);
  } else {
    return Bad(path_, absl::StrCat("holds ", type_, "; int32 (<i4) or int64 (<i8) is needed"));
  }
  return values;
}

void NpyFile::Release() const { madvise(const_cast<char*>(data_), size_, MADV_DONTNEED); }

}  // namespace usher::bench
