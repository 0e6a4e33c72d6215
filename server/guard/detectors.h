// What a boundary looks for in text that has been cleaned, and what it does about it: the place where types and actions
// are decided.
//
// A model's output: secrets become "[SECRET type]", canaries "[CANARY]", links that were not given their words or
// "[LINK]"; personal data is annotated. A user's input: secrets and personal data are annotated.
// Guarantees: linear in the text; no finding repeats a secret, a canary or personal data, unless they are the host of a
// link, which is named. Non-guarantees: those of the
// detectors. Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_GUARD_DETECTORS_H_
#define USHER_SERVER_GUARD_DETECTORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/guard/terms.h"
#include "server/sanitize/edit_list.h"
#include "server/sanitize/finding.h"
#include "server/sanitize/personal/personal_detector.h"
#include "server/sanitize/secrets/secret_detector.h"

namespace usher::guard {

class Detectors {
 public:
  // Canaries are found in any case of ASCII letters; empty ones are ignored.
  explicit Detectors(const std::vector<std::string>& canaries);

  // Adds edits and findings; their spans are offsets into `text`, which is valid UTF-8.
  void Look(const Terms& terms, std::string_view text, sanitize::EditList& edits, sanitize::FindingLog& log) const;

 private:
  void LookForCanaries(std::string_view text, sanitize::EditList& edits, sanitize::FindingLog& log) const;

  std::vector<std::string> canaries_;  // in lower case
  sanitize::SecretDetector secrets_;
  sanitize::PersonalDataDetector personal_;
};

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_DETECTORS_H_
