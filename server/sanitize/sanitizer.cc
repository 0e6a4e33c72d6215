#include "server/sanitize/sanitizer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

// Raised when a rule comes to another result on the same text, so that cached text is cleaned again.
constexpr char kRulesVersion[] = "usher-sanitize-3";

// Honest documents are done after three: the format's pass, what it uncovered, and the pass that finds nothing.
constexpr int kMaxPasses = 10;

// A name for a set of rules, not a protection against forgery: FNV-1a.
std::string DigestOf(const std::vector<std::unique_ptr<const Rule>>& rules) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (const auto& rule : rules) {
    for (const char c : absl::StrCat(std::string(rule->id()), "\n")) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  }
  return absl::StrFormat("%s@%016x", kRulesVersion, hash);
}

}  // namespace

Sanitizer::Sanitizer() : rules_(AllRules()), policy_digest_(DigestOf(rules_)) {}

bool Sanitizer::RunPass(chunking::Format format, CleanText& clean) const {
  const RuleInput input{clean.text, format, TextFeatures::Of(clean.text)};
  EditList edits;
  FindingLog log;
  const auto run = [&](bool labels) {
    for (const auto& rule : rules_) {
      if (rule->only_labels() == labels) rule->Inspect(input, edits, log);
    }
  };
  run(false);
  // The text of an HTML document is looked at once more as the plain text it has become.
  const bool last = edits.empty() && format != chunking::Format::kHtml;
  if (last) run(true);
  for (Finding& finding : log.Take()) {
    // What is only annotated counts in the last pass, the one that finds nothing more to change.
    if (!last && finding.action == Action::kAnnotate) continue;
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
  for (Finding& finding : clean.findings) finding.clean = clean.map.ToClean(finding.source);
  std::stable_sort(clean.findings.begin(), clean.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.source.begin < b.source.begin; });
  return clean;
}

}  // namespace usher::sanitize
