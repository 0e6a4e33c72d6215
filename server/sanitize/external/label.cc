#include "server/sanitize/external/label.h"

#include "absl/strings/str_format.h"

namespace usher::sanitize::external {

std::optional<Finding> ToFinding(const std::string& rule, const Label& label, size_t source_bytes, size_t clean_bytes) {
  if (!label.judged || !label.flagged) return std::nullopt;
  return Finding{rule,
                 Kind::kInjection,
                 Action::kAnnotate,
                 {0, source_bytes},
                 {0, clean_bytes},
                 absl::StrFormat("score %.2f", label.score)};
}

}  // namespace usher::sanitize::external
