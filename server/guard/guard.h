// Judges text at the boundaries of an application with a language model: what a person types, and what a model answers.
//
// First a policy's sanitiser does what it does at that boundary (sanitize::Use); of a model's output, links that were
// not in what the model was given then become their words, or "[LINK]". Guarantees: valid UTF-8 in, valid UTF-8 out;
// linear in the text; the map leads from every byte of the result to its origin and back; inspecting a model's output
// again changes nothing more. Non-guarantees: a verdict is a label. Thread-safety: immutable; all methods may be called
// concurrently.
#ifndef USHER_SERVER_GUARD_GUARD_H_
#define USHER_SERVER_GUARD_GUARD_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/guard/terms.h"
#include "server/sanitize/sanitizer.h"

namespace usher::guard {

inline constexpr size_t kMaxTextBytes = size_t{1} << 20;

// Whether what was found asks for attention; personal data alone does not.
bool IsFlagged(const sanitize::Finding& finding);

sanitize::Use UseAt(Boundary boundary);

class Guard {
 public:
  // `sanitizer`: made for the use that belongs to the boundary.
  explicit Guard(std::shared_ptr<const sanitize::Sanitizer> sanitizer);

  // The cleaned text and what was found, by position. INVALID_ARGUMENT for more than kMaxTextBytes; errors of
  // Sanitizer::Clean.
  absl::StatusOr<sanitize::CleanText> Inspect(std::string_view text, const Terms& terms) const;

  // The same without the limits of length: for parts of a text.
  absl::StatusOr<sanitize::CleanText> InspectPart(std::string_view text, const Terms& terms) const;

  // Names the policy, and what this guard adds.
  const std::string& policy_digest() const { return policy_digest_; }

 private:
  std::shared_ptr<const sanitize::Sanitizer> sanitizer_;
  std::string policy_digest_;
};

// A finding about text beyond `terms.max_length`, unless `size` is within it. `clean`: where that is in cleaned text.
std::optional<sanitize::Finding> FindExcess(const Terms& terms, size_t size, sanitize::Span clean);

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_GUARD_H_
