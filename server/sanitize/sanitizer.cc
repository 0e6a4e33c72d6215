#include "server/sanitize/sanitizer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "index/chunking/utf8.h"
#include "server/auth/crypto.h"
#include "server/sanitize/injection/injection_detector.h"

namespace usher::sanitize {
namespace {

// Raised when a rule comes to another result on the same text, so that cached text is cleaned again.
constexpr char kRulesVersion[] = "usher-sanitize-5";

// Honest documents are done after three: the format's pass, what it uncovered, and the pass that finds nothing.
constexpr int kMaxPasses = 10;

std::string DigestOf(const Policy& policy, Use use) {
  constexpr std::array<const char*, 4> kPurposes = {"storage", "leaving", "user input", "model output"};
  const char* const purpose = kPurposes.at(static_cast<size_t>(use));
  return absl::BytesToHexString(auth::Sha256(absl::StrCat(kRulesVersion, "\n", purpose, "\n", policy.Canonical())));
}

}  // namespace

Sanitizer::Sanitizer() : Sanitizer(std::make_shared<Policy>(), {}, Use::kLeaving) {}

Sanitizer::Sanitizer(std::shared_ptr<const Policy> policy, const PseudonymKey& key, Use use)
    : policy_(std::move(policy)),
      use_(use),
      rules_(RulesOf(*policy_, key, use)),
      policy_digest_(DigestOf(*policy_, use)) {}

Action Sanitizer::Decide(Kind kind, Action stored) const {
  if (use_ != Use::kLeaving) return stored;
  const bool hid = kind == Kind::kHidden && (stored == Action::kRemove || stored == Action::kReplace);
  if (hid && policy_->hidden == Action::kQuarantine) return Action::kQuarantine;
  // Stored texts were judged whole; what only showed there cannot be taken out of a piece of it any more.
  if (kind == Kind::kInjection && policy_->injection == Action::kQuarantine &&
      policy_->injection_threshold <= injection::InjectionDetector::kThreshold) {
    return Action::kQuarantine;
  }
  return stored;
}

bool Sanitizer::RunPass(chunking::Format format, CleanText& clean) const {
  const RuleInput input{clean.text, format, TextFeatures::Of(clean.text)};
  EditList edits;
  FindingLog log;
  const auto run = [&](bool late) {
    for (const auto& rule : rules_) {
      if (rule->late() == late) rule->Inspect(input, edits, log);
    }
  };
  run(false);
  // The text of an HTML document is looked at once more as the plain text it has become.
  bool last = edits.empty() && format != chunking::Format::kHtml;
  if (last) run(true);
  last = last && edits.empty();
  for (Finding& finding : log.Take()) {
    // What leaves the text as it is counts in the last pass, the one that finds nothing more to change.
    const bool stays = finding.action == Action::kAnnotate || finding.action == Action::kQuarantine;
    if (!last && stays) continue;
    finding.source = clean.map.ToSource(finding.source);
    clean.findings.push_back(std::move(finding));
  }
  clean.injection_score = std::max(clean.injection_score, log.score());
  if (last) return false;
  EditedText edited = edits.Apply(clean.text);
  clean.map = OffsetMap::Compose(clean.map, edited.map);
  clean.text = std::move(edited.text);
  return true;
}

absl::StatusOr<CleanText> Sanitizer::Clean(std::string_view text, chunking::Format format) const {
  if (text.size() > kMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("text has ", text.size(), " bytes, the limit is ", kMaxBytes, ": split the document"));
  }
  if (absl::Status status = chunking::CheckUtf8(text); !status.ok()) return status;
  CleanText clean{std::string(text), OffsetMap::Identity(text.size()), {}};
  int passes = 0;
  while (RunPass(format, clean)) {
    if (++passes == kMaxPasses) {
      return absl::InvalidArgumentError(
          "cleaning this text keeps uncovering more hidden markup: remove nested or repeatedly encoded markup");
    }
    if (format == chunking::Format::kHtml) format = chunking::Format::kPlain;  // the first pass left only its text
  }
  for (Finding& finding : clean.findings) {
    finding.clean = clean.map.ToClean(finding.source);
    finding.action = Decide(finding.kind, finding.action);
    clean.quarantined = clean.quarantined || finding.action == Action::kQuarantine;
  }
  std::stable_sort(clean.findings.begin(), clean.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.source.begin < b.source.begin; });
  return clean;
}

}  // namespace usher::sanitize
