// Turns vectors about a fixed random axis, so that what follows may treat every direction alike.
//
// Random signs and fast Walsh-Hadamard transforms over the first and the last power of two of the values, twice
// (Ailon and Chazelle, "The fast Johnson-Lindenstrauss transform", 2009). Guarantees: lengths and dot products stay as
// they were, but for rounding; the rotation depends on the size alone, never on any vector. O(size log size).
// Thread-safety: immutable.
#ifndef USHER_INDEX_ROTATION_H_
#define USHER_INDEX_ROTATION_H_

#include <cstddef>
#include <vector>

namespace usher::index {

class Rotation {
 public:
  // `size` >= 1.
  explicit Rotation(size_t size);

  size_t size() const { return size_; }

  // In place. `values`: size() floats.
  void Apply(float* values) const;

 private:
  size_t size_;
  size_t transformed_;        // the largest power of two up to size_
  std::vector<float> signs_;  // of each step, size_ each; scaled for the transform that follows
};

}  // namespace usher::index

#endif  // USHER_INDEX_ROTATION_H_
