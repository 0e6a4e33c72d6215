#include "index/kernels/dot.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/kernels/dot.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // must come before highway.h
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace usher::index {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many rows ahead of the one being read to ask memory for.
constexpr size_t kPrefetchRows = 4;
constexpr size_t kFloatsPerCacheLine = 16;

template <typename D>
HWY_INLINE hn::Vec<D> ReadLanes(D d, const float* HWY_RESTRICT from) {
  return hn::LoadU(d, from);
}

template <typename D>
HWY_INLINE hn::Vec<D> ReadLanes(D d, const Half* HWY_RESTRICT from) {
  const hn::Rebind<uint16_t, D> bits;
  const hn::Rebind<hwy::float16_t, D> halves;
  return hn::PromoteTo(d, hn::BitCast(halves, hn::LoadU(bits, &from->bits)));
}

HWY_INLINE float Value(float value) { return value; }
HWY_INLINE float Value(Half value) { return ToFloat(value); }

// Four sums hide the latency of a fused multiply-add; the order of additions depends on n alone, hence equal bits
// everywhere.
template <typename Row>
HWY_INLINE float DotOne(const float* HWY_RESTRICT a, const Row* HWY_RESTRICT b, size_t n) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    sum0 = hn::MulAdd(hn::LoadU(d, a + i), ReadLanes(d, b + i), sum0);
    sum1 = hn::MulAdd(hn::LoadU(d, a + i + lanes), ReadLanes(d, b + i + lanes), sum1);
    sum2 = hn::MulAdd(hn::LoadU(d, a + i + 2 * lanes), ReadLanes(d, b + i + 2 * lanes), sum2);
    sum3 = hn::MulAdd(hn::LoadU(d, a + i + 3 * lanes), ReadLanes(d, b + i + 3 * lanes), sum3);
  }
  for (; i + lanes <= n; i += lanes) {
    sum0 = hn::MulAdd(hn::LoadU(d, a + i), ReadLanes(d, b + i), sum0);
  }
  const auto total = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  float result = hn::GetLane(hn::SumOfLanes(d, total));
  for (; i < n; ++i) result += a[i] * Value(b[i]);
  return result;
}

float DotKernel(const float* a, const float* b, size_t n) { return DotOne(a, b, n); }

float DotHalvesKernel(const float* a, const Half* b, size_t n) { return DotOne(a, b, n); }

void DotRowsKernel(const float* query, const float* rows, size_t stride, size_t count, size_t n, float* scores) {
  for (size_t row = 0; row < count; ++row) {
    const float* current = rows + row * stride;
    if (row + kPrefetchRows < count) {
      const float* ahead = current + kPrefetchRows * stride;
      for (size_t i = 0; i < n; i += kFloatsPerCacheLine) hwy::Prefetch(ahead + i);
    }
    scores[row] = DotOne(query, current, n);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace usher::index
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace usher::index {

HWY_EXPORT(DotKernel);
HWY_EXPORT(DotHalvesKernel);
HWY_EXPORT(DotRowsKernel);

float Dot(const float* a, const float* b, size_t n) { return HWY_DYNAMIC_DISPATCH(DotKernel)(a, b, n); }

float Dot(const float* a, const Half* b, size_t n) { return HWY_DYNAMIC_DISPATCH(DotHalvesKernel)(a, b, n); }

void DotRows(const float* query, const float* rows, size_t stride, size_t count, size_t n, float* scores) {
  HWY_DYNAMIC_DISPATCH(DotRowsKernel)(query, rows, stride, count, n, scores);
}

}  // namespace usher::index
#endif  // HWY_ONCE
