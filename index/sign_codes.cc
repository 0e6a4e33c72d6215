#include "index/sign_codes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/base/casts.h"
#include "index/kernels/sign_products.h"

namespace usher::index {
namespace {

constexpr size_t kWordBits = 64;
// Distance of the levels, in standard deviations of the value, that loses least of normal values in four levels.
constexpr double kLevelDistance = 0.9957;

// A row is not spread over more cache lines than it needs, where that costs little memory.
size_t RecordWords(size_t words) {
  constexpr size_t kWordsPerCacheLine = 8;
  const size_t whole = (words + 1 + kWordsPerCacheLine - 1) / kWordsPerCacheLine * kWordsPerCacheLine;
  return whole * 4 <= (words + 1) * 5 ? whole : words + 1;
}

double Product(float a, float b) { return static_cast<double>(a) * static_cast<double>(b); }

}  // namespace

SignCodes::SignCodes(size_t stride)
    : stride_(stride),
      words_((stride + kWordBits - 1) / kWordBits),
      record_(RecordWords(words_)),
      rotation_(words_ * kWordBits) {}

SignCodes::SignCodes(size_t stride, Column<uint64_t> records, const Quality& quality) : SignCodes(stride) {
  records_ = std::move(records);
  quality_ = quality;
}

size_t SignCodes::WordsPerRow(size_t stride) { return RecordWords((stride + kWordBits - 1) / kWordBits); }

SignCodes::SignCodes(RowPointer rows, size_t count, size_t stride) : SignCodes(stride) {
  AlignedArray<uint64_t> records(count * record_);
  std::vector<float> rotated(rotation_.size());
  const auto size = static_cast<double>(rotated.size());
  double spread_squares = 0;
  double factor_squares = 0;
  for (size_t row = 0; row < count; ++row) {
    std::fill(rotated.begin(), rotated.end(), 0.0f);
    (rows + row * stride).CopyTo(stride, RowFormat::kFloat32, rotated.data());
    rotation_.Apply(rotated.data());
    uint64_t* const record = records.data() + row * record_;
    double squares = 0;
    double amounts = 0;
    for (size_t i = 0; i < rotated.size(); ++i) {
      if (rotated[i] > 0) record[i / kWordBits] |= uint64_t{1} << (i % kWordBits);
      squares += Product(rotated[i], rotated[i]);
      amounts += std::abs(static_cast<double>(rotated[i]));
    }
    if (amounts == 0) continue;  // the factor 0 makes every estimate of a row of zeros 0
    const auto factor = static_cast<float>(squares / amounts);
    record[words_] = absl::bit_cast<uint32_t>(factor);
    // Along the signs lies amounts / sqrt(size) of the row; the rest is what they miss.
    const double missed = std::max(0.0, squares - amounts * amounts / size);
    const double kept = amounts / std::sqrt(squares * size);
    spread_squares += missed / (kept * kept);
    factor_squares += Product(factor, factor);
  }
  records_ = Column<uint64_t>(std::move(records), count * record_);
  quality_ = {std::sqrt(spread_squares / static_cast<double>(count)),
              std::sqrt(factor_squares / static_cast<double>(count))};
}

SignQuery SignCodes::Encode(const float* query) const {
  std::vector<float> rotated(rotation_.size());
  std::copy_n(query, stride_, rotated.begin());
  rotation_.Apply(rotated.data());
  double squares = 0;
  for (const float value : rotated) squares += Product(value, value);
  SignQuery code{.low = std::vector<uint64_t>(words_), .high = std::vector<uint64_t>(words_)};
  code.norm = std::sqrt(squares);
  if (squares == 0) return code;
  const double half = kLevelDistance / 2 * code.norm / std::sqrt(static_cast<double>(rotated.size()));
  const auto inverse = static_cast<float>(1 / (2 * half));
  double along = 0;  // of the query with its levels
  double level_squares = 0;
  for (size_t i = 0; i < rotated.size(); ++i) {
    const int step = static_cast<int>(std::clamp(std::floor(rotated[i] * inverse) + 2, 0.0f, 3.0f));
    code.low[i / kWordBits] |= static_cast<uint64_t>(step & 1) << (i % kWordBits);
    code.high[i / kWordBits] |= static_cast<uint64_t>(step >> 1) << (i % kWordBits);
    const int level = 2 * step - 3;
    along += static_cast<double>(rotated[i]) * level;
    level_squares += static_cast<double>(level * level);
  }
  code.scale = static_cast<float>(along / level_squares);
  code.error = std::sqrt(std::max(0.0, squares - along * along / level_squares));
  return code;
}

void SignCodes::Estimate(const SignQuery& query, absl::Span<const uint32_t> ids, float* estimates) const {
  SignProducts({query.low.data(), query.high.data(), words_}, query.scale, records_.data(), record_, ids.data(),
               ids.size(), estimates);
}

float SignCodes::Deviation(const SignQuery& query) const {
  const double of_rows = quality_.spread * query.norm / std::sqrt(static_cast<double>(rotation_.size() - 1));
  const double of_query = quality_.factor * query.error;
  return static_cast<float>(std::hypot(of_rows, of_query));
}

}  // namespace usher::index
