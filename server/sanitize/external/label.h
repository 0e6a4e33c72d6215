// What a detector of somebody else said about a text.
//
// Non-guarantee: a label is a hint beside the text, never a boundary: no label means that nobody judged the text, not
// that it is harmless. Thread-safety: a value; pure functions.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_LABEL_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_LABEL_H_

#include <cstddef>
#include <optional>
#include <string>

#include "server/sanitize/finding.h"

namespace usher::sanitize::external {

struct Label {
  bool judged = false;   // false: the detector was down, slow or unclear; the rest means nothing then
  bool flagged = false;  // the score reached the threshold
  double score = 0;      // 0 to 1: how sure the detector is that the text attacks a model
};

// An annotation of kind injection over the whole text when `label` is flagged. `rule`: Detector::rule().
// `source_bytes`, `clean_bytes`: lengths of the text before and after cleaning.
std::optional<Finding> ToFinding(const std::string& rule, const Label& label, size_t source_bytes, size_t clean_bytes);

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_LABEL_H_
