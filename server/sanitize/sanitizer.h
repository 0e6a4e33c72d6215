// Cleans one text: what a person could not have seen, and what would carry data out, is gone; the rest stays as it was.
//
// Guarantees: for valid UTF-8 the result is valid UTF-8; Clean(Clean(x, any).text, kPlain) changes nothing more; time
// is linear in the text and memory a small multiple of it; the map leads from every byte of the result to its origin
// and back. kHtml yields the visible text without markup; kMarkdown stays Markdown; in kPlain, HTML comments and hidden
// elements are only annotated, because a reader of plain text sees them.
// Non-guarantees: findings of kind kInjection are labels, not a boundary. Style sheets of other files are not read.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_SANITIZER_H_
#define USHER_SERVER_SANITIZE_SANITIZER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "index/chunking/format.h"
#include "server/sanitize/finding.h"
#include "server/sanitize/offset_map.h"
#include "server/sanitize/rule.h"

namespace usher::sanitize {

struct CleanText {
  std::string text;
  OffsetMap map;                  // from the given text to `text`
  std::vector<Finding> findings;  // by position in the given text
  double injection_score = 0;     // of the worst sentence of `text`, 0 to 1; at half and above it is also a finding
};

class Sanitizer {
 public:
  // All registered rules.
  Sanitizer();

  // INVALID_ARGUMENT for ill-formed UTF-8, for more than kMaxBytes, and for markup nested so deep that cleaning it
  // uncovers new markup again and again.
  absl::StatusOr<CleanText> Clean(std::string_view text, chunking::Format format) const;

  // Names the rules and their versions; text cleaned under another digest should be cleaned again.
  const std::string& policy_digest() const { return policy_digest_; }

  static constexpr size_t kMaxBytes = size_t{64} << 20;

 private:
  // Runs the rules once; true when another pass is needed.
  bool RunPass(chunking::Format format, CleanText& clean) const;

  std::vector<std::unique_ptr<const Rule>> rules_;
  std::string policy_digest_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SANITIZER_H_
