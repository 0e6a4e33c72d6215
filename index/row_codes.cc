#include "index/row_codes.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "index/kernels/dot_codes.h"

namespace usher::index {
namespace {

constexpr int kLargestCode = 127;
constexpr int kOffset = 128;  // codes of rows are stored as unsigned bytes
constexpr size_t kBatchRows = 256;

size_t Padded(size_t size) { return (size + kCodeAlignment - 1) / kCodeAlignment * kCodeAlignment; }

float ScaleOf(const float* values, size_t size) {
  float largest = 0;
  for (size_t i = 0; i < size; ++i) largest = std::max(largest, std::abs(values[i]));
  return largest / kLargestCode;
}

// In -127 to 127, also where rounding of the scale lets the largest value fall beyond.
int CodeOf(float value, float scale) {
  if (scale == 0) return 0;
  return static_cast<int>(std::lround(std::clamp(value / scale, -127.0f, 127.0f)));
}

// Sums of squares of a vector and of what its codes miss.
struct Squares {
  double value = 0;
  double error = 0;

  void Add(float x, int code, float scale) {
    const double missed = static_cast<double>(x) - static_cast<double>(scale) * code;
    value += static_cast<double>(x) * static_cast<double>(x);
    error += missed * missed;
  }
};

}  // namespace

QueryCode::QueryCode(const float* query, size_t size) : bytes(Padded(size)), scale(ScaleOf(query, size)) {
  Squares squares;
  for (size_t i = 0; i < size; ++i) {
    const int code = CodeOf(query[i], scale);
    bytes[i] = static_cast<int8_t>(code);
    sum += code;
    squares.Add(query[i], code, scale);
  }
  norm = std::sqrt(squares.value);
  error = std::sqrt(squares.error);
}

bool RowCodes::Pay(size_t stride) { return stride <= kMaxCodes && 2 * Padded(stride) <= stride * sizeof(float); }

RowCodes::RowCodes(const float* rows, size_t count, size_t stride)
    : stride_(stride), width_(Padded(stride)), bytes_(count * width_), scales_(count) {
  for (size_t row = 0; row < count; ++row) {
    const float* values = rows + row * stride;
    uint8_t* codes = bytes_.data() + row * width_;
    const float scale = ScaleOf(values, stride);
    Squares squares;
    for (size_t i = 0; i < stride; ++i) {
      const int code = CodeOf(values[i], scale);
      codes[i] = static_cast<uint8_t>(code + kOffset);
      squares.Add(values[i], code, scale);
    }
    scales_[row] = scale;
    largest_norm_ = std::max(largest_norm_, std::sqrt(squares.value));
    largest_error_ = std::max(largest_error_, std::sqrt(squares.error));
  }
}

void RowCodes::Score(const QueryCode& query, size_t first, size_t count, float* scores) const {
  std::array<int32_t, kBatchRows> sums;
  const int32_t offset = query.sum * kOffset;
  for (size_t done = 0; done < count; done += kBatchRows) {
    const size_t batch = std::min(kBatchRows, count - done);
    const size_t row = first + done;
    DotCodeRows(query.bytes.data(), bytes_.data() + row * width_, batch, width_, sums.data());
    for (size_t i = 0; i < batch; ++i) {
      scores[done + i] = scales_[row + i] * query.scale * static_cast<float>(sums[i] - offset);
    }
  }
}

float RowCodes::Bound(const QueryCode& query) const {
  // |x.q - y.r| <= |x - y||q| + |y||q - r| for codes y and r; |y| <= |x| + |x - y|.
  const double coded = largest_error_ * query.norm + (largest_norm_ + largest_error_) * query.error;
  // Dot rounds as its header says; here an integer becomes a float and is multiplied twice.
  const double rounded = (static_cast<double>(stride_) + 8) * std::ldexp(1.0, -23) * (largest_norm_ + largest_error_) *
                         (query.norm + query.error);
  return static_cast<float>((coded + rounded) * 1.001);
}

}  // namespace usher::index
