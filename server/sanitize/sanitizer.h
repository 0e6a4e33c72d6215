// Cleans one text: what a person could not have seen, and what would carry data out, is gone; with secrets, personal
// data and orders to a model the policy says what happens; the rest stays as it was.
//
// Guarantees: for valid UTF-8 the result is valid UTF-8; Clean(Clean(x, any).text, kPlain) changes nothing more; time
// is linear in the text and memory a small multiple of it; the map leads from every byte of the result to its origin
// and back. kHtml yields the visible text without markup; kMarkdown stays Markdown; in kPlain, HTML comments and hidden
// elements are only annotated, because a reader of plain text sees them.
// No finding's detail holds a secret, a person's datum or a canary.
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
#include "server/sanitize/policy/policy.h"
#include "server/sanitize/rule.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {

struct CleanText {
  std::string text;
  OffsetMap map;                  // from the given text to `text`
  std::vector<Finding> findings;  // by position in the given text
  double injection_score = 0;     // of the worst sentence, 0 to 1; from the policy's threshold on it is also a finding
  bool quarantined = false;       // an action is kQuarantine: `text` must not leave
};

class Sanitizer {
 public:
  // The default policy, for text that leaves.
  Sanitizer();
  // Pseudonyms are made with `key`.
  Sanitizer(std::shared_ptr<const Policy> policy, const PseudonymKey& key, Use use);

  // INVALID_ARGUMENT for ill-formed UTF-8, for more than kMaxBytes, and for markup nested so deep that cleaning it
  // uncovers new markup again and again.
  absl::StatusOr<CleanText> Clean(std::string_view text, chunking::Format format) const;

  // What the policy says now about a finding that was made when the text was stored.
  Action Decide(Kind kind, Action stored) const;

  // Whether the policy lets cleaned texts go to a detector of somebody else.
  bool external_detectors() const { return policy_->external_detectors; }

  // SHA-256, in hex, of the rules' version, the policy and the use; text cleaned under another digest should be cleaned
  // again.
  const std::string& policy_digest() const { return policy_digest_; }

  static constexpr size_t kMaxBytes = size_t{64} << 20;

 private:
  // Runs the rules once; true when another pass is needed.
  bool RunPass(chunking::Format format, CleanText& clean) const;

  std::shared_ptr<const Policy> policy_;
  Use use_;
  std::vector<std::unique_ptr<const Rule>> rules_;
  std::string policy_digest_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SANITIZER_H_
