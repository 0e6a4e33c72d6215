// Tells whether a text speaks to a model instead of a reader.
//
// Guarantees: time linear in the text and memory a small multiple of it, for any bytes; deterministic. Disguised text
// (letters of other scripts, digits for letters, letters apart, backwards, rot13) and encoded text (base64,
// hexadecimal, percent, references, \u; to a depth of kDeepest) is judged too, and its hits point at the original.
// Non-guarantees: a score is a label, not a boundary. An attack that is worded like the document around it is missed.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_
#define USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "index/chunking/format.h"
#include "server/sanitize/injection/linear_model.h"
#include "server/sanitize/offset_map.h"

namespace usher::sanitize::injection {

struct Hit {
  std::string_view rule;  // e.g. "override"; lives as long as the program
  Span span;              // bytes of the judged text: the sentence, or the whole encoded payload
  double score = 0;       // of the sentence, 0 to 1
};

struct Judgement {
  double score = 0;       // of the worst sentence, 0 to 1; at kThreshold about 1 % of harmless documents are flagged
  std::vector<Hit> hits;  // of sentences at or above kThreshold, in the order of the views; at most kMostHits
  Span worst;             // the worst sentence; empty when there is none
};

class InjectionDetector {
 public:
  static constexpr double kThreshold = 0.5;
  static constexpr size_t kMostHits = 64;
  static constexpr int kDeepest = 3;  // payloads within payloads

  // Reads the weights file; errors as of LinearModel::Load.
  static absl::StatusOr<std::unique_ptr<InjectionDetector>> Load(const std::string& weights_path);

  explicit InjectionDetector(LinearModel model) : model_(std::move(model)) {}

  // `text` that is not valid UTF-8 gets the score 1: whoever sends it cannot be read. HTML is judged with its markup.
  Judgement Judge(std::string_view text, chunking::Format format) const;

 private:
  LinearModel model_;
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_INJECTION_DETECTOR_H_
