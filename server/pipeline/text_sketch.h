// A short summary of a text by which near-duplicates are recognised.
//
// The method is one-permutation MinHash (Broder, "On the resemblance and containment of documents", 1997; Li, Owen,
// Zhang, "One Permutation Hashing", 2012) over the set of every three words in a row, letters folded to one case,
// without punctuation. Guarantees: texts with the same words in the same order resemble each other by 1; the estimate
// of the Jaccard similarity of two sets has a standard deviation below 0.05; a sketch takes time linear in the text and
// has a fixed size, whatever is in it; it is the same in every process. Non-guarantees: similarity of meaning is not
// seen; a short text inside a long one is not a near-duplicate of it; who writes texts for it can make any two resemble
// each other less or more. Thread-safety: values.
#ifndef USHER_SERVER_PIPELINE_TEXT_SKETCH_H_
#define USHER_SERVER_PIPELINE_TEXT_SKETCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace usher::pipeline {

class TextSketch {
 public:
  // Of an empty text, which resembles nothing.
  TextSketch() = default;
  // `text`: well-formed UTF-8.
  explicit TextSketch(std::string_view text);

  // Estimated Jaccard similarity, 0 to 1.
  double Resemblance(const TextSketch& other) const;

 private:
  static constexpr size_t kBins = 128;

  std::array<uint16_t, kBins> least_{};  // of the hashes in each bin, from 1; 0: there is none
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_TEXT_SKETCH_H_
