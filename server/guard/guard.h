// Judges text at the boundaries of an application with a language model: what a person types, and what a model answers.
//
// First the sanitiser takes out what a person could not see and what would carry data out; then the detectors look at
// what is left, so that a secret in hidden pieces is found whole. Guarantees: valid UTF-8 in, valid UTF-8 out; linear
// in the text; the map leads from every byte of the result to its origin and back. Non-guarantees: a verdict is a
// label. Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_GUARD_GUARD_H_
#define USHER_SERVER_GUARD_GUARD_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/guard/detectors.h"
#include "server/guard/terms.h"
#include "server/sanitize/sanitizer.h"

namespace usher::guard {

inline constexpr size_t kMaxTextBytes = size_t{1} << 20;

// Whether what was found asks for attention; personal data alone does not.
bool IsFlagged(const sanitize::Finding& finding);

class Guard {
 public:
  // `sanitizer` must outlive the guard.
  Guard(const sanitize::Sanitizer* sanitizer, const std::vector<std::string>& canaries);

  // The cleaned text and what was found, by position. INVALID_ARGUMENT for more than kMaxTextBytes; errors of
  // Sanitizer::Clean.
  absl::StatusOr<sanitize::CleanText> Inspect(std::string_view text, const Terms& terms) const;

  // The same without the limits of length: for parts of a text.
  absl::StatusOr<sanitize::CleanText> InspectPart(std::string_view text, const Terms& terms) const;

  // Names sanitiser, detectors and their versions.
  const std::string& policy_digest() const { return policy_digest_; }

 private:
  const sanitize::Sanitizer* sanitizer_;
  const Detectors detectors_;
  const std::string policy_digest_;
};

// A finding about text beyond `terms.max_length`, unless `size` is within it. `clean`: where that is in cleaned text.
std::optional<sanitize::Finding> FindExcess(const Terms& terms, size_t size, sanitize::Span clean);

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_GUARD_H_
