#include "index/row_pointer.h"

#include <algorithm>
#include <cstring>

#include "index/kernels/dot.h"
#include "index/kernels/half.h"

namespace usher::index {
namespace {
constexpr size_t kCacheLine = 64;
}  // namespace

const float* RowPointer::Floats(size_t n, float* room) const {
  if (format_ == RowFormat::kFloat32) return static_cast<const float*>(values_);
  const auto* const halves = static_cast<const Half*>(values_);
  std::transform(halves, halves + n, room, ToFloat);
  return room;
}

void RowPointer::CopyTo(size_t n, RowFormat format, void* to) const {
  if (format == format_) {
    std::memcpy(to, values_, Bytes(n));
  } else if (format == RowFormat::kFloat32) {
    Floats(n, static_cast<float*>(to));
  } else {
    const auto* const floats = static_cast<const float*>(values_);
    std::transform(floats, floats + n, static_cast<Half*>(to), ToHalf);
  }
}

float RowPointer::Dot(const float* query, size_t n) const {
  if (format_ == RowFormat::kFloat32) return index::Dot(query, static_cast<const float*>(values_), n);
  return index::Dot(query, static_cast<const Half*>(values_), n);
}

void RowPointer::Prefetch(size_t n) const {
  const auto* const bytes = static_cast<const uint8_t*>(values_);
  for (size_t i = 0; i < Bytes(n); i += kCacheLine) __builtin_prefetch(bytes + i);
}

}  // namespace usher::index
