// Asks for the instruction set with VNNI, which Highway leaves out unless told.
#define HWY_WANT_AVX3_DL

#include "index/kernels/dot_codes.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/kernels/dot_codes.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // must come before highway.h
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace usher::index {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many rows ahead of the one being read to ask memory for.
constexpr size_t kPrefetchRows = 6;

#if HWY_TARGET == HWY_AVX3_DL

// sums[i] += four products of neighbouring bytes. Written out because Debian's Highway enables AVX-VNNI for this
// target, which is another encoding that not all of its machines have, and not AVX512-VNNI, which they all have.
HWY_INLINE __m512i AddProducts(__m512i sums, __m512i unsigned_bytes, __m512i signed_bytes) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(unsigned_bytes), "v"(signed_bytes));
  return sums;
}

HWY_INLINE int32_t DotOne(const int8_t* HWY_RESTRICT query, const uint8_t* HWY_RESTRICT row, size_t n) {
  __m512i even = _mm512_setzero_si512();
  __m512i odd = _mm512_setzero_si512();
  size_t i = 0;
  for (; i + 128 <= n; i += 128) {
    even = AddProducts(even, _mm512_loadu_si512(row + i), _mm512_loadu_si512(query + i));
    odd = AddProducts(odd, _mm512_loadu_si512(row + i + 64), _mm512_loadu_si512(query + i + 64));
  }
  if (i < n) even = AddProducts(even, _mm512_loadu_si512(row + i), _mm512_loadu_si512(query + i));
  return _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
}

#else

HWY_INLINE int32_t DotOne(const int8_t* HWY_RESTRICT query, const uint8_t* HWY_RESTRICT row, size_t n) {
  const hn::ScalableTag<int16_t> wide;
  const hn::Rebind<int8_t, decltype(wide)> signed_bytes;
  const hn::Rebind<uint8_t, decltype(wide)> unsigned_bytes;
  const hn::RepartitionToWide<decltype(wide)> sums;
  const size_t lanes = hn::Lanes(wide);
  auto even = hn::Zero(sums);
  auto odd = hn::Zero(sums);
  for (size_t i = 0; i < n; i += lanes) {
    const auto a = hn::PromoteTo(wide, hn::LoadU(signed_bytes, query + i));
    const auto b = hn::PromoteTo(wide, hn::LoadU(unsigned_bytes, row + i));
    even = hn::ReorderWidenMulAccumulate(sums, a, b, even, odd);
  }
  return hn::GetLane(hn::SumOfLanes(sums, hn::Add(even, odd)));
}

#endif

void DotCodesKernel(const int8_t* query, const uint8_t* rows, size_t n, const uint32_t* ids, size_t count,
                    int32_t* sums) {
  for (size_t i = 0; i < count; ++i) {
    if (i + kPrefetchRows < count) {
      const uint8_t* ahead = rows + ids[i + kPrefetchRows] * n;
      for (size_t byte = 0; byte < n; byte += kCodeAlignment) hwy::Prefetch(ahead + byte);
    }
    sums[i] = DotOne(query, rows + ids[i] * n, n);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace usher::index
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace usher::index {

HWY_EXPORT(DotCodesKernel);

void DotCodes(const int8_t* query, const uint8_t* rows, size_t n, const uint32_t* ids, size_t count, int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(DotCodesKernel)(query, rows, n, ids, count, sums);
}

}  // namespace usher::index
#endif  // HWY_ONCE
