#include "index/search_costs.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "index/aligned_floats.h"
#include "index/kernels/dot.h"
#include "index/kernels/dot_codes.h"
#include "index/kernels/sign_products.h"

namespace usher::index {
namespace {

constexpr size_t kBytes = 64 * 1'024 * 1'024;
constexpr size_t kRowBytes = 384;
constexpr size_t kRows = kBytes / kRowBytes;
constexpr size_t kRecordWords = 8;
constexpr size_t kSignRows = kBytes / (kRecordWords * sizeof(uint64_t));
constexpr size_t kFloats = 384;
constexpr size_t kFloatRows = kBytes / (kFloats * sizeof(float));
constexpr size_t kBatch = 256;
constexpr int kRounds = 3;

// Nanoseconds a byte, of the fastest of some rounds.
double Measure(size_t bytes, absl::FunctionRef<void()> work) {
  using Clock = std::chrono::steady_clock;
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = Clock::now();
    work();
    const double taken = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
    best = round == 0 ? taken : std::min(best, taken);
  }
  return best / static_cast<double>(bytes);
}

template <typename Work>
double MeasureBatches(const std::vector<uint32_t>& ids, size_t row_bytes, Work work) {
  return Measure(ids.size() * row_bytes, [&] {
    for (size_t i = 0; i < ids.size(); i += kBatch) work(absl::MakeConstSpan(ids).subspan(i, kBatch));
  });
}

}  // namespace

SearchCosts MeasureSearchCosts() {
  const AlignedBytes memory(kBytes);
  std::vector<uint32_t> rows(kRows);
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<uint32_t> shuffled = rows;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(1));
  std::vector<uint32_t> sign_rows(kSignRows);
  std::iota(sign_rows.begin(), sign_rows.end(), 0u);

  SearchCosts costs;
  const std::vector<int8_t> query(kRowBytes, 1);
  std::vector<int32_t> sums(kBatch);
  const auto by_codes = [&](absl::Span<const uint32_t> ids) {
    DotCodes(query.data(), memory.data(), kRowBytes, ids.data(), ids.size(), sums.data());
  };
  costs.code_byte = MeasureBatches(rows, kRowBytes, by_codes);
  costs.far_code_byte = MeasureBatches(shuffled, kRowBytes, by_codes);

  const std::vector<uint64_t> plane(kRecordWords - 2);
  const SignPlanes planes{plane.data(), plane.data(), plane.size()};
  std::vector<float> estimates(kBatch);
  costs.sign_byte = MeasureBatches(sign_rows, kRecordWords * sizeof(uint64_t), [&](absl::Span<const uint32_t> ids) {
    SignProducts(planes, 1, reinterpret_cast<const uint64_t*>(memory.data()), kRecordWords, ids.data(), ids.size(),
                 estimates.data());
  });

  const std::vector<float> vector(kFloats, 1.0f);
  std::vector<float> scores(kFloatRows);
  costs.float_byte = Measure(kFloatRows * kFloats * sizeof(float), [&] {
    DotRows(vector.data(), reinterpret_cast<const float*>(memory.data()), kFloats, kFloatRows, kFloats, scores.data());
  });
  return costs;
}

}  // namespace usher::index
