#include "index/row_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

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
  // Conversion cuts off towards zero, so the value is made positive first.
  return static_cast<int>(std::clamp(value / scale, -127.0f, 127.0f) + (kOffset + 0.5f)) - kOffset;
}

// As a float that is not smaller.
float NotLess(double x) { return static_cast<float>(x * (1 + std::ldexp(1.0, -20))); }

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
  norm = NotLess(std::sqrt(squares.value));
  error = NotLess(std::sqrt(squares.error));
}

bool RowCodes::Pay(size_t stride) { return stride <= kMaxCodes && 2 * Padded(stride) <= stride * sizeof(float); }

RowCodes::RowCodes(RowPointer rows, size_t count, size_t stride) : stride_(stride), width_(Padded(stride)) {
  AlignedBytes bytes(count * width_);
  AlignedArray<RowScale> scales(count);
  std::vector<float> room(stride);
  for (size_t row = 0; row < count; ++row) {
    const float* values = (rows + row * stride).Floats(stride, room.data());
    uint8_t* codes = bytes.data() + row * width_;
    const float scale = ScaleOf(values, stride);
    Squares squares;
    for (size_t i = 0; i < stride; ++i) {
      const int code = CodeOf(values[i], scale);
      codes[i] = static_cast<uint8_t>(code + kOffset);
      squares.Add(values[i], code, scale);
    }
    scales.data()[row] = {scale, NotLess(std::sqrt(squares.value)), NotLess(std::sqrt(squares.error))};
  }
  bytes_ = Column<uint8_t>(std::move(bytes), count * width_);
  scales_ = Column<RowScale>(std::move(scales), count);
}

RowCodes::RowCodes(size_t stride, Column<uint8_t> bytes, Column<RowScale> scales)
    : stride_(stride), width_(Padded(stride)), bytes_(std::move(bytes)), scales_(std::move(scales)) {}

size_t RowCodes::BytesPerRow(size_t stride) { return Padded(stride); }

void RowCodes::Score(const QueryCode& query, Care care, absl::Span<const uint32_t> ids, ScoreRange* ranges) const {
  // |x.q - y.r| <= |x - y||q| + |y||q - r| for codes y and r, and |y| <= |x| + |x - y|. Dot rounds as its header says;
  // here an integer becomes a float and is multiplied twice.
  const float rounded = (static_cast<float>(stride_) + 16) * std::ldexp(1.0f, -23) * (query.norm + query.error);
  // What rounding took away points in no direction of its own: its share along another vector is that of one value of
  // many, times six deviations.
  const float share = care == Care::kCertain ? 1.001f : std::min(1.001f, 6 / std::sqrt(static_cast<float>(stride_)));
  const float per_norm = query.error * share + rounded;
  const float per_error = (query.norm + query.error) * share + rounded;
  std::array<int32_t, kBatchRows> sums;
  const int32_t offset = query.sum * kOffset;
  for (size_t done = 0; done < ids.size(); done += kBatchRows) {
    const auto batch = ids.subspan(done, kBatchRows);
    DotCodes(query.bytes.data(), bytes_.data(), width_, batch.data(), batch.size(), sums.data());
    for (size_t i = 0; i < batch.size(); ++i) {
      const RowScale& row = scales_[batch[i]];
      const float score = row.scale * query.scale * static_cast<float>(sums[i] - offset);
      const float bound = per_norm * row.norm + per_error * row.error;
      ranges[done + i] = {score - bound, score + bound};
    }
  }
}

QueryCode RowCodes::AsQuery(uint32_t row) const {
  QueryCode code;
  code.bytes.resize(width_);
  code.scale = scales_[row].scale;
  const uint8_t* const bytes = bytes_.data() + row * width_;
  for (size_t i = 0; i < stride_; ++i) {
    code.bytes[i] = static_cast<int8_t>(bytes[i] - kOffset);
    code.sum += code.bytes[i];
  }
  return code;
}

float RowCodes::Product(const QueryCode& query, uint32_t row) const {
  int32_t sum = 0;
  DotCodes(query.bytes.data(), bytes_.data(), width_, &row, 1, &sum);
  return scales_[row].scale * query.scale * static_cast<float>(sum - query.sum * kOffset);
}

}  // namespace usher::index
