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
  constexpr uint32_t kExponentsApart = uint32_t{127 - 15} << 10;
  const float amount = std::min(std::abs(value), kLargestHalf);
  uint32_t bits = 0;
  if (amount < kSmallestNormal) {
    // Below it halves are multiples of 2^-24, numbered from 0.
    bits = static_cast<uint32_t>(std::nearbyint(amount * 0x1p24f));
  } else {
    const auto wide = std::bit_cast<uint32_t>(amount);
    const uint32_t even = wide >> 13 & 1;
    bits = ((wide + 0xfff + even) >> 13) - kExponentsApart;
  }
  return {static_cast<uint16_t>(bits | (std::signbit(value) ? 0x8000u : 0u))};
}

// `half`: finite.
inline float ToFloat(Half half) {
  // Read as a float its exponent is too small by as much as the two formats' biases differ.
  const float amount = std::bit_cast<float>(uint32_t{half.bits & 0x7fffu} << 13) * 0x1p112f;
  return half.bits >> 15 != 0 ? -amount : amount;
}

}  // namespace usher::index

#endif  // USHER_INDEX_KERNELS_HALF_H_
