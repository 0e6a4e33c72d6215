// IEEE 754 half precision: floats of 16 bits, for keeping, not for reckoning.
//
// Guarantees: the same on every machine, whatever its instructions; every half becomes a float without loss, and that
// float the same half again. Thread-safety: free functions without state.
#ifndef USHER_INDEX_KERNELS_HALF_H_
#define USHER_INDEX_KERNELS_HALF_H_

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace usher::index {

struct Half {
  uint16_t bits = 0;
};

inline constexpr float kLargestHalf = 65'504;

// The nearest half, of two that are equally near the even one. Amounts beyond kLargestHalf become it, never infinite.
// `value` is a number.
inline Half ToHalf(float value) {
  constexpr float kSmallestNormal = 0x1p-14f;
  constexpr uint32_t kBiasesApart = uint32_t{127 - 15} << 10;
  // Signs are as good as random: whatever branched on them would be mispredicted every other time.
  const uint32_t sign = std::bit_cast<uint32_t>(value) >> 16 & 0x8000;
  const float amount = std::min(std::abs(value), kLargestHalf);
  const auto bits = std::bit_cast<uint32_t>(amount);
  // Small halves are multiples of 2^-24, which is what floats next to 1/2 are as well.
  const uint32_t small = std::bit_cast<uint32_t>(amount + 0.5f) - std::bit_cast<uint32_t>(0.5f);
  const uint32_t normal = ((bits + 0xfff + (bits >> 13 & 1)) >> 13) - kBiasesApart;
  return {static_cast<uint16_t>((amount < kSmallestNormal ? small : normal) | sign)};
}

// `half`: finite.
inline float ToFloat(Half half) {
  // Read as a float its exponent is too small by as much as the two formats' biases differ.
  const float amount = std::bit_cast<float>(uint32_t{half.bits & 0x7fffu} << 13) * 0x1p112f;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(amount) | uint32_t{half.bits & 0x8000u} << 16);
}

}  // namespace usher::index

#endif  // USHER_INDEX_KERNELS_HALF_H_
