#include "index/rotation.h"

#include <cmath>
#include <cstdint>
#include <random>

namespace usher::index {
namespace {

constexpr uint32_t kSeed = 6'021;
constexpr size_t kSteps = 4;

// Unscaled; `size` is a power of two.
void WalshHadamard(float* values, size_t size) {
  for (size_t half = 1; half < size; half *= 2) {
    for (size_t block = 0; block < size; block += 2 * half) {
      float* const low = values + block;
      float* const high = low + half;
      for (size_t i = 0; i < half; ++i) {
        const float a = low[i];
        const float b = high[i];
        low[i] = a + b;
        high[i] = a - b;
      }
    }
  }
}

}  // namespace

Rotation::Rotation(size_t size) : size_(size), transformed_(1), signs_(kSteps * size) {
  while (2 * transformed_ <= size_) transformed_ *= 2;
  const float scale = 1 / std::sqrt(static_cast<float>(transformed_));
  std::mt19937 random(kSeed);
  for (size_t step = 0; step < kSteps; ++step) {
    const size_t begin = step % 2 == 0 ? 0 : size_ - transformed_;
    for (size_t i = 0; i < size_; ++i) {
      const bool transformed = i >= begin && i < begin + transformed_;
      const float sign = random() % 2 == 0 ? 1.0f : -1.0f;
      signs_[step * size_ + i] = transformed ? sign * scale : sign;
    }
  }
}

void Rotation::Apply(float* values) const {
  for (size_t step = 0; step < kSteps; ++step) {
    const float* const signs = signs_.data() + step * size_;
    for (size_t i = 0; i < size_; ++i) values[i] *= signs[i];
    WalshHadamard(step % 2 == 0 ? values : values + (size_ - transformed_), transformed_);
  }
}

}  // namespace usher::index
