// Tells whether a text speaks to a model instead of a reader.
//
// Guarantees: time linear in the text and memory a small multiple of it, for any bytes; deterministic. Letters of other
// scripts that pose as Latin are seen through; what the given payloads say is judged too, and its hits point at them.
// Non-guarantees: a score is a label, not a boundary. An attack that is worded like the document around it is missed.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_
#define USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/sanitize/decode/payloads.h"
#include "server/sanitize/injection/linear_model.h"
#include "server/sanitize/offset_map.h"

namespace usher::sanitize::injection {

struct Hit {
  std::string_view rule;  // e.g. "override"; lives as long as the program
  Span span;              // bytes of the judged text: the sentence, or the whole encoded payload
  double score = 0;       // of the sentence, 0 to 1
  std::string decoded;    // the sentence, when it was encoded
};

struct Judgement {
  double score = 0;       // of the worst sentence, 0 to 1; at kThreshold about 1 % of harmless documents are flagged
  std::vector<Hit> hits;  // of sentences at or above the threshold, in the order of the views; at most kMostHits
  Span worst;             // the worst sentence; empty when there is none
};

class InjectionDetector {
 public:
  static constexpr double kThreshold = 0.5;
  static constexpr size_t kMostHits = 64;

  // With the weights of this release, checked once. A program whose own copy of them is damaged says so and ends.
  static const InjectionDetector& Shipped();

  // Reads a weights file that is being trained; errors as of LinearModel::Load.
  static absl::StatusOr<std::unique_ptr<InjectionDetector>> Load(const std::string& weights_path);

  explicit InjectionDetector(LinearModel model) : model_(std::move(model)) {}

  // `payloads`: of `text`, as of DecodePayloads. `threshold`: from which score on a sentence is a hit. Of what they
  // say, twice the text's length is judged, and a little more. `text` that is not valid UTF-8 gets the score 1: whoever
  // sends it cannot be read.
  Judgement Judge(std::string_view text, const std::vector<Decoded>& payloads, double threshold = kThreshold) const;

 private:
  LinearModel model_;
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_
