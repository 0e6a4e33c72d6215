// Asks for the instruction set with VPOPCNT, which Highway leaves out unless told.
#define HWY_WANT_AVX3_DL

#include "index/kernels/sign_products.h"

// Highway compiles this file once for each instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/kernels/sign_products.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // must come before highway.h
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace usher::index {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many rows ahead of the one being read to ask memory for.
constexpr size_t kPrefetchRows = 40;
constexpr size_t kBitsPerWord = 64;
// A bit that agrees with the high plane counts 2, with the low plane 1; one that does not, as much less.
constexpr int32_t kLargestLevel = 3;

HWY_INLINE float ProductOf(const SignPlanes& query, uint64_t disagreement, float scale, const uint64_t* row) {
  const auto all = static_cast<int32_t>(kLargestLevel * kBitsPerWord * query.words);
  float factor;
  hwy::CopyBytes<sizeof(factor)>(row + query.words, &factor);
  return factor * scale * static_cast<float>(all - 2 * static_cast<int32_t>(disagreement));
}

HWY_INLINE uint64_t Disagreement(const SignPlanes& query, const uint64_t* HWY_RESTRICT row) {
  const hn::ScalableTag<uint64_t> d;
  const size_t lanes = hn::Lanes(d);
  auto low = hn::Zero(d);
  auto high = hn::Zero(d);
  size_t i = 0;
  for (; i + lanes <= query.words; i += lanes) {
    const auto bits = hn::LoadU(d, row + i);
    low = hn::Add(low, hn::PopulationCount(hn::Xor(bits, hn::LoadU(d, query.low + i))));
    high = hn::Add(high, hn::PopulationCount(hn::Xor(bits, hn::LoadU(d, query.high + i))));
  }
  uint64_t sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(low, hn::Add(high, high))));
  for (; i < query.words; ++i) {
    sum += hwy::PopCount(row[i] ^ query.low[i]) + 2 * hwy::PopCount(row[i] ^ query.high[i]);
  }
  return sum;
}

#if HWY_TARGET == HWY_AVX3_DL

constexpr size_t kWordsPerVector = 8;

// The query in registers. kVectors * kWordsPerVector words are enough for it.
template <size_t kVectors>
struct Loaded {
  explicit Loaded(const SignPlanes& query) {
    for (size_t i = 0; i < kVectors; ++i) {
      const size_t left = query.words - i * kWordsPerVector;
      masks[i] = static_cast<__mmask8>(left >= kWordsPerVector ? 0xff : (1u << left) - 1);
      low[i] = _mm512_maskz_loadu_epi64(masks[i], query.low + i * kWordsPerVector);
      high[i] = _mm512_maskz_loadu_epi64(masks[i], query.high + i * kWordsPerVector);
    }
  }

  // Disagreements of the row by lane.
  HWY_INLINE __m512i Lanes(const uint64_t* HWY_RESTRICT row) const {
    __m512i sums = _mm512_setzero_si512();
    for (size_t i = 0; i < kVectors; ++i) {
      const __m512i bits = _mm512_maskz_loadu_epi64(masks[i], row + i * kWordsPerVector);
      const __m512i one = _mm512_popcnt_epi64(_mm512_xor_si512(bits, low[i]));
      const __m512i two = _mm512_popcnt_epi64(_mm512_xor_si512(bits, high[i]));
      sums = _mm512_add_epi64(sums, _mm512_add_epi64(one, _mm512_add_epi64(two, two)));
    }
    return sums;
  }

  __mmask8 masks[kVectors];
  __m512i low[kVectors];
  __m512i high[kVectors];
};

// Adds neighbouring lanes: the even lanes are sums of `a`, the odd of `b`.
HWY_INLINE __m512i AddPairs(__m512i a, __m512i b) {
  return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

// Adds neighbouring quarters: the lower half are sums of `a`, the upper of `b`.
HWY_INLINE __m512i AddQuarters(__m512i a, __m512i b) {
  return _mm512_add_epi64(_mm512_shuffle_i64x2(a, b, 0x88), _mm512_shuffle_i64x2(a, b, 0xdd));
}

// Adds up eight rows together, a third of the steps that each on its own would take. Returns how many rows it did.
template <size_t kVectors>
HWY_INLINE size_t ManyProducts(const SignPlanes& query, float scale, const uint64_t* HWY_RESTRICT rows, size_t record,
                               const uint32_t* HWY_RESTRICT ids, size_t count, float* HWY_RESTRICT results) {
  constexpr size_t kRows = 8;
  const Loaded<kVectors> loaded(query);
  const __m256i all = _mm256_set1_epi32(static_cast<int32_t>(kLargestLevel * kBitsPerWord * query.words));
  const __m256 scales = _mm256_set1_ps(scale);
  size_t i = 0;
  for (; i + kRows <= count; i += kRows) {
    __m512i lanes[kRows];
    for (size_t j = 0; j < kRows; ++j) {
      const size_t ahead = HWY_MIN(i + j + kPrefetchRows, count - 1);
      hwy::Prefetch(rows + ids[ahead] * record);
      lanes[j] = loaded.Lanes(rows + ids[i + j] * record);
    }
    const __m512i first = AddQuarters(AddPairs(lanes[0], lanes[1]), AddPairs(lanes[2], lanes[3]));
    const __m512i second = AddQuarters(AddPairs(lanes[4], lanes[5]), AddPairs(lanes[6], lanes[7]));
    const __m256i disagreements = _mm512_cvtepi64_epi32(AddQuarters(first, second));
    const __m256i sums = _mm256_sub_epi32(all, _mm256_add_epi32(disagreements, disagreements));
    const __m512i places = _mm512_cvtepu32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(ids + i)));
    const __m512i words = _mm512_mullo_epi64(places, _mm512_set1_epi64(static_cast<int64_t>(record)));
    const __m256 factors = _mm512_i64gather_ps(words, rows + query.words, sizeof(uint64_t));
    const __m256 weights = _mm256_mul_ps(factors, scales);
    _mm256_storeu_ps(results + i, _mm256_mul_ps(weights, _mm256_cvtepi32_ps(sums)));
  }
  return i;
}

HWY_INLINE size_t SomeProducts(const SignPlanes& query, float scale, const uint64_t* rows, size_t record,
                               const uint32_t* ids, size_t count, float* results) {
  if (query.words <= kWordsPerVector) return ManyProducts<1>(query, scale, rows, record, ids, count, results);
  if (query.words <= 2 * kWordsPerVector) return ManyProducts<2>(query, scale, rows, record, ids, count, results);
  return 0;
}

#else

HWY_INLINE size_t SomeProducts(const SignPlanes&, float, const uint64_t*, size_t, const uint32_t*, size_t, float*) {
  return 0;
}

#endif

void SignProductsKernel(const SignPlanes& query, float scale, const uint64_t* rows, size_t record, const uint32_t* ids,
                        size_t count, float* results) {
  for (size_t i = SomeProducts(query, scale, rows, record, ids, count, results); i < count; ++i) {
    if (i + kPrefetchRows < count) hwy::Prefetch(rows + ids[i + kPrefetchRows] * record);
    const uint64_t* const row = rows + ids[i] * record;
    results[i] = ProductOf(query, Disagreement(query, row), scale, row);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace usher::index
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace usher::index {

HWY_EXPORT(SignProductsKernel);

void SignProducts(const SignPlanes& query, float scale, const uint64_t* rows, size_t record, const uint32_t* ids,
                  size_t count, float* results) {
  HWY_DYNAMIC_DISPATCH(SignProductsKernel)(query, scale, rows, record, ids, count, results);
}

}  // namespace usher::index
#endif  // HWY_ONCE
