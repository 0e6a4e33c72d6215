#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "server/sanitize/rules.h"
#include "server/sanitize/secrets/secret_detector.h"

namespace usher::sanitize {
namespace {

constexpr std::string_view kMaskStart = "[SECRET ";

const SecretDetector& Detector() {
  static const auto* const kDetector = new SecretDetector();
  return *kDetector;
}

std::vector<Span> MasksIn(std::string_view text) {
  static const RE2 kMask(R"(\[SECRET [a-z0-9_]{1,64}\])");
  std::vector<Span> masks;
  for (size_t at = text.find(kMaskStart); at < text.size(); at = text.find(kMaskStart, at + 1)) {
    re2::StringPiece found;
    if (!kMask.Match({text.data(), text.size()}, at, text.size(), RE2::ANCHOR_START, &found, 1)) continue;
    masks.push_back({at, at + found.size()});
  }
  return masks;
}

// Grows `secret` over the masks it touches. True if it is nothing but masks: a mask stands behind the same name as the
// secret did, and would be masked for ever.
bool IsMasked(std::string_view text, const std::vector<Span>& masks, Span& secret) {
  auto mask = std::lower_bound(masks.begin(), masks.end(), secret.begin,
                               [](const Span& span, size_t begin) { return span.end <= begin; });
  if (mask == masks.end() || mask->begin >= secret.end) return false;
  secret.begin = std::min(secret.begin, mask->begin);
  bool masked = true;
  for (size_t at = secret.begin; at < secret.end; ++at) {
    if (mask != masks.end() && at == mask->begin) {
      secret.end = std::max(secret.end, mask->end);
      at = mask++->end - 1;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    masked = masked && byte < 0x80 && !chunking::IsLetterAscii(text[at]) && !chunking::IsDigitAscii(text[at]);
  }
  return masked;
}

// Labels secrets, or puts a word for what they were in their place.
class SecretsRule final : public Rule {
 public:
  SecretsRule(Action action, bool certain_only) : action_(action), certain_only_(certain_only) {}

  std::string_view id() const override { return "secrets"; }
  bool late() const override { return true; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    const std::vector<Span> masks = MasksIn(input.text);
    for (const Secret& secret : Detector().Find(input.text)) {
      if (certain_only_ && !secret.certain) continue;
      Span span = secret.span;
      if (IsMasked(input.text, masks, span)) continue;
      const std::string type(secret.type);
      const std::string mask = absl::StrCat(std::string(kMaskStart), type, "]");
      findings.Add(absl::StrCat("secrets.", type), Kind::kSecret, action_, span,
                   action_ == Action::kMask ? mask : type);
      if (action_ == Action::kMask) edits.Replace(span, mask);
      if (action_ == Action::kRemove) edits.Remove(span);
    }
  }

 private:
  const Action action_;
  const bool certain_only_;
};

}  // namespace

std::unique_ptr<Rule> MakeSecretsRule(Action action, bool certain_only) {
  return std::make_unique<SecretsRule>(action, certain_only);
}

}  // namespace usher::sanitize
