#include "server/guard/guard.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace usher::guard {
namespace {

using sanitize::CleanText;
using sanitize::Finding;
using sanitize::OffsetMap;

// Raised when the same text may come to another result.
constexpr char kVersion[] = "+usher-guard-1";

}  // namespace

bool IsFlagged(const Finding& finding) { return finding.kind != sanitize::Kind::kPersonal; }

Guard::Guard(const sanitize::Sanitizer* sanitizer, const std::vector<std::string>& canaries)
    : sanitizer_(sanitizer), detectors_(canaries), policy_digest_(sanitizer->policy_digest() + kVersion) {}

absl::StatusOr<CleanText> Guard::Inspect(std::string_view text, const Terms& terms) const {
  if (text.size() > kMaxTextBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", text.size(), " bytes; at most ", kMaxTextBytes, " are allowed: inspect it in parts"));
  }
  absl::StatusOr<CleanText> clean = InspectPart(text, terms);
  if (!clean.ok()) return clean.status();
  const std::optional<Finding> excess =
      FindExcess(terms, text.size(), {clean->map.ToClean(terms.max_length), clean->text.size()});
  if (excess) clean->findings.push_back(*excess);
  return clean;
}

absl::StatusOr<CleanText> Guard::InspectPart(std::string_view text, const Terms& terms) const {
  absl::StatusOr<CleanText> clean = sanitizer_->Clean(text, terms.format);
  if (!clean.ok()) return clean.status();
  sanitize::EditList edits;
  sanitize::FindingLog log;
  detectors_.Look(terms, clean->text, edits, log);
  for (Finding& finding : log.Take()) {
    finding.source = clean->map.ToSource(finding.source);
    clean->findings.push_back(std::move(finding));
  }
  sanitize::EditedText edited = edits.Apply(clean->text);
  clean->text = std::move(edited.text);
  clean->map = OffsetMap::Compose(clean->map, edited.map);
  for (Finding& finding : clean->findings) finding.clean = clean->map.ToClean(finding.source);
  std::stable_sort(clean->findings.begin(), clean->findings.end(),
                   [](const Finding& a, const Finding& b) { return a.source.begin < b.source.begin; });
  return clean;
}

std::optional<Finding> FindExcess(const Terms& terms, size_t size, sanitize::Span clean) {
  if (terms.max_length == 0 || size <= terms.max_length) return std::nullopt;
  Finding finding;
  finding.rule = "length";
  finding.kind = sanitize::Kind::kLength;
  finding.action = sanitize::Action::kAnnotate;
  finding.source = {terms.max_length, size};
  finding.clean = clean;
  finding.detail = absl::StrCat(size, " bytes, ", terms.max_length, " expected at most");
  return finding;
}

}  // namespace usher::guard
