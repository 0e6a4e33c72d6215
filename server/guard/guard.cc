#include "server/guard/guard.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/guard/written_links.h"

namespace usher::guard {
namespace {

using sanitize::CleanText;
using sanitize::Finding;
using sanitize::OffsetMap;

// Raised when the same text may come to another result.
constexpr char kVersion[] = "+usher-guard-3";

// Honest answers are done after one; each more takes a link out of the words of another.
constexpr int kMaxPasses = 10;

void LookForOtherLinks(std::string_view text, const GivenLinks& given, sanitize::EditList& edits,
                       sanitize::FindingLog& log) {
  for (const WrittenLink& link : FindLinks(text)) {
    const GivenLinks::Verdict verdict = given.Judge(link.address);
    if (verdict == GivenLinks::Verdict::kGiven) continue;
    TakeOut(link, edits);
    log.Add(verdict == GivenLinks::Verdict::kOtherHost ? "links.other-host" : "links.other-address",
            sanitize::Kind::kExfiltration, sanitize::Action::kReplace, link.span, link.address.host);
  }
}

// False when there is none.
bool TakeOutOtherLinks(const GivenLinks& given, CleanText& clean) {
  sanitize::EditList edits;
  sanitize::FindingLog log;
  LookForOtherLinks(clean.text, given, edits, log);
  for (Finding& finding : log.Take()) {
    finding.source = clean.map.ToSource(finding.source);
    clean.findings.push_back(std::move(finding));
  }
  if (edits.empty()) return false;
  sanitize::EditedText edited = edits.Apply(clean.text);
  clean.text = std::move(edited.text);
  clean.map = OffsetMap::Compose(clean.map, edited.map);
  return true;
}

// Whether `findings` say already what `finding` says, which changed nothing.
bool IsTold(const Finding& finding, const std::vector<Finding>& findings) {
  if (finding.action != sanitize::Action::kAnnotate && finding.action != sanitize::Action::kQuarantine) return false;
  return std::any_of(findings.begin(), findings.end(), [&finding](const Finding& told) {
    return told.rule == finding.rule && told.source.begin <= finding.source.end &&
           finding.source.begin <= told.source.end;
  });
}

// Makes `clean` what became of it when its text was cleaned `again`.
void Append(CleanText again, CleanText& clean) {
  for (Finding& finding : again.findings) {
    finding.source = clean.map.ToSource(finding.source);
    if (!IsTold(finding, clean.findings)) clean.findings.push_back(std::move(finding));
  }
  clean.text = std::move(again.text);
  clean.map = OffsetMap::Compose(clean.map, again.map);
  clean.injection_score = std::max(clean.injection_score, again.injection_score);
  clean.quarantined = clean.quarantined || again.quarantined;
}

}  // namespace

bool IsFlagged(const Finding& finding) { return finding.kind != sanitize::Kind::kPersonal; }

sanitize::Use UseAt(Boundary boundary) {
  return boundary == Boundary::kUserInput ? sanitize::Use::kUserInput : sanitize::Use::kModelOutput;
}

Guard::Guard(std::shared_ptr<const sanitize::Sanitizer> sanitizer)
    : sanitizer_(std::move(sanitizer)), policy_digest_(sanitizer_->policy_digest() + kVersion) {}

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
  if (!clean.ok() || terms.boundary == Boundary::kUserInput) return clean;
  int passes = 0;
  while (TakeOutOtherLinks(terms.given, *clean)) {
    if (++passes == kMaxPasses) {
      return absl::InvalidArgumentError("taking links out keeps uncovering others: remove the links in links' words");
    }
    // What stood apart on both sides of a link's marks, such as the halves of a key, may have become whole.
    const bool html = terms.format == chunking::Format::kHtml;
    absl::StatusOr<CleanText> again = sanitizer_->Clean(clean->text, html ? chunking::Format::kPlain : terms.format);
    if (!again.ok()) return again.status();
    Append(*std::move(again), *clean);
  }
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
