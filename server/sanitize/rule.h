// The seam of the sanitiser: one rule looks at a text, says what it saw and asks for edits.
//
// Every rule must hold to this, and tests/server/sanitize_conformance_test.cc checks it for all of them: time linear in
// the text for any valid UTF-8; ranges inside the text and on code point boundaries; replacements valid UTF-8; an edit
// comes with a finding of the same pass unless it only drops markup that nobody sees as text; repeated on its own
// output, a rule comes to an end. What a rule edits as kPlain, it also edits as kMarkdown.
#ifndef USHER_SERVER_SANITIZE_RULE_H_
#define USHER_SERVER_SANITIZE_RULE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "index/chunking/format.h"
#include "server/sanitize/decode/payloads.h"
#include "server/sanitize/edit_list.h"
#include "server/sanitize/finding.h"
#include "server/sanitize/text_features.h"

namespace usher::sanitize {

// Belongs to one pass, which is one thread.
struct RuleInput {
  std::string_view text;  // valid UTF-8
  chunking::Format format;
  TextFeatures features;  // of `text`

  // What is encoded in `text`; decoded when the first rule asks.
  const std::vector<Decoded>& Payloads() const {
    if (!payloads) payloads = DecodePayloads(text);
    return *payloads;
  }

  mutable std::optional<std::vector<Decoded>> payloads{};
};

// Thread-safe: a rule has no state that changes.
class Rule {
 public:
  virtual ~Rule() = default;

  // Stable; findings carry it or an id that starts with it and a dot.
  virtual std::string_view id() const = 0;

  // True for a rule that looks only at text in which the other rules find nothing more to change: at what was hidden in
  // markup, too, once that is gone.
  virtual bool late() const { return false; }

  // Adds edits and findings; their spans are offsets into `input.text`.
  virtual void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const = 0;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_RULE_H_
