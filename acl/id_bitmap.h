// A set of small dense numbers, one bit each.
//
// Guarantee: reading beyond the end is "not contained"; inserting there grows the set. Thread-safety: as a vector's.
#ifndef USHER_ACL_ID_BITMAP_H_
#define USHER_ACL_ID_BITMAP_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace usher::acl {

class IdBitmap {
 public:
  IdBitmap() = default;
  // Room for the numbers 0 to `size` - 1 without growing.
  explicit IdBitmap(size_t size) : words_((size + 63) / 64) {}

  bool Contains(uint32_t id) const {
    const size_t word = id / 64;
    return word < words_.size() && (words_[word] >> (id % 64) & 1) != 0;
  }

  // Whether it was not contained before. Memory follows the largest number ever inserted.
  bool Insert(uint32_t id) {
    const size_t word = id / 64;
    if (word >= words_.size()) words_.resize(word + 1);
    const uint64_t bit = uint64_t{1} << (id % 64);
    const bool fresh = (words_[word] & bit) == 0;
    words_[word] |= bit;
    return fresh;
  }

  void Erase(uint32_t id) {
    const size_t word = id / 64;
    if (word < words_.size()) words_[word] &= ~(uint64_t{1} << (id % 64));
  }

  void UnionWith(const IdBitmap& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (size_t word = 0; word < other.words_.size(); ++word) words_[word] |= other.words_[word];
  }

  void IntersectWith(const IdBitmap& other) {
    if (other.words_.size() < words_.size()) words_.resize(other.words_.size());
    for (size_t word = 0; word < words_.size(); ++word) words_[word] &= other.words_[word];
  }

  void Subtract(const IdBitmap& other) {
    const size_t common = std::min(words_.size(), other.words_.size());
    for (size_t word = 0; word < common; ++word) words_[word] &= ~other.words_[word];
  }

  // Calls visit(uint32_t) for each number, ascending.
  template <typename Visitor>
  void ForEach(Visitor visit) const {
    for (size_t word = 0; word < words_.size(); ++word) {
      for (uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
        visit(static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(rest))));
      }
    }
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_ID_BITMAP_H_
