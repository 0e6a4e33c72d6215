// What the linear model sees of a sentence: hashed pieces of its words, its concepts, its form and its neighbours.
//
// Guarantees: deterministic on every platform; training reads the same features through bench/sanitize/judge.cc.
// Changing anything here needs kFeatureVersion raised and the weights trained again.
// Thread-safety: an extractor belongs to one thread.
#ifndef USHER_SERVER_SANITIZE_INJECTION_FEATURES_H_
#define USHER_SERVER_SANITIZE_INJECTION_FEATURES_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/sanitize/injection/reading.h"
#include "server/sanitize/injection/view.h"

namespace usher::sanitize::injection {

inline constexpr uint32_t kFeatureVersion = 1;

// The groups have tables, scales and norms of their own: words count by their share of the sentence, flags count whole.
enum FeatureGroup { kGrams, kConceptRows, kFlags, kFeatureGroups };
inline constexpr std::array<int, kFeatureGroups> kFeatureBits = {18, 14, 12};

// Indices into the tables of each group, with repetitions.
struct Features {
  std::array<std::vector<uint32_t>, kFeatureGroups> groups;
};

class FeatureExtractor {
 public:
  // `view` and `reading` are of `source`; all must outlive the extractor.
  FeatureExtractor(const View& view, std::string_view source, const Reading& reading);

  // Overwrites `out` with the features of the sentence at `index`.
  void Extract(size_t index, Features& out);

 private:
  void AddGrams(const Sentence& sentence, std::vector<uint32_t>& out);
  void AddLetterGrams(std::vector<uint32_t>& out);
  void AddConceptRows(size_t index, std::vector<uint32_t>& out);
  void AddFlags(size_t index, std::vector<uint32_t>& out);
  int ShareKnownElsewhere(const Sentence& sentence);
  bool IsProse(const Sentence& sentence) const;
  int ProseAround(size_t index) const;
  bool IsShouted(const Sentence& sentence) const;

  const View& view_;
  std::string_view folded_;
  std::string_view source_;
  const Reading& reading_;
  std::vector<uint16_t> word_counts_;  // by hash, over the whole text
  std::vector<bool> prose_;            // of each sentence
  std::vector<char32_t> letters_;      // scratch
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_FEATURES_H_
