#include "tests/property/clean_promises.h"

#include <unicode/ustring.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::tests {
namespace {

using sanitize::Action;
using sanitize::CleanText;
using sanitize::Finding;
using sanitize::OffsetMap;
using sanitize::Policy;
using sanitize::Sanitizer;
using sanitize::Span;

using Broken = std::optional<std::string>;

std::unique_ptr<const Sanitizer> Make(std::shared_ptr<Policy> policy, sanitize::Use use) {
  policy->canaries = {kCanary};
  return std::make_unique<Sanitizer>(std::move(policy), sanitize::PseudonymKey{"key of this test", "tenant"}, use);
}

std::shared_ptr<Policy> ThePolicyThatChangesMost() {
  auto policy = std::make_shared<Policy>();
  policy->injection = Action::kRemove;
  policy->secrets = Action::kRemove;
  for (auto& [type, action] : policy->personal) action = Action::kPseudonymise;
  return policy;
}

bool IsBoundary(std::string_view text, size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0u) != 0x80u;
}

bool IsSpanOf(std::string_view text, Span span) {
  return span.begin <= span.end && span.end <= text.size() && IsBoundary(text, span.begin) &&
         IsBoundary(text, span.end);
}

// `to_other` leads from `from` to `other`.
template <typename ToOther>
Broken BrokenDirection(std::string_view from, std::string_view other, const ToOther& to_other) {
  size_t last = 0;
  for (size_t at = 0; at <= from.size(); ++at) {
    const size_t there = to_other(at);
    if (there < last || there > other.size()) return absl::StrCat("the map jumps at ", at, " to ", there);
    if (IsBoundary(from, at) && !IsBoundary(other, there))
      return absl::StrCat("the map leads into a character at ", at);
    last = there;
  }
  if (last != other.size()) return "the end does not lead to the end";
  return std::nullopt;
}

Broken BrokenMap(std::string_view source, std::string_view text, const OffsetMap& map) {
  if (map.source_size() != source.size() || map.clean_size() != text.size()) return "the map is of other texts";
  if (Broken broken = BrokenDirection(source, text, [&](size_t at) { return map.ToClean(at); })) return broken;
  if (Broken broken = BrokenDirection(text, source, [&](size_t at) { return map.ToSource(at); })) return broken;
  for (size_t at = 0; at < text.size(); ++at) {
    const Span origin = map.ToSource(Span{at, at + 1});
    if (origin.end > source.size() || origin.begin > origin.end) return absl::StrCat("no origin at ", at);
    const bool alone = origin.size() == 1 && map.ToClean(origin) == Span{at, at + 1};
    if (!alone) continue;
    if (map.ToClean(origin.begin) != at) return absl::StrCat("no way back at ", at);
    // Cleaning never writes one byte in the place of another one, except for white space and for folded look-alikes.
    if (source[origin.begin] != text[at]) return absl::StrCat("another byte than in the source at ", at);
  }
  return std::nullopt;
}

bool IsPrintable(std::string_view detail) {
  return IsUtf8(detail) &&
         std::none_of(detail.begin(), detail.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; });
}

Broken BrokenFinding(std::string_view source, const CleanText& clean, const Finding& finding) {
  if (finding.rule.empty()) return "a finding without a rule";
  if (!IsSpanOf(source, finding.source)) return absl::StrCat(finding.rule, ": not a span of the source");
  if (!IsSpanOf(clean.text, finding.clean)) return absl::StrCat(finding.rule, ": not a span of the cleaned text");
  if (finding.clean != clean.map.ToClean(finding.source)) return absl::StrCat(finding.rule, ": elsewhere by the map");
  if (finding.detail.size() > sanitize::kMaxDetailBytes) return absl::StrCat(finding.rule, ": too long a detail");
  if (!IsPrintable(finding.detail)) return absl::StrCat(finding.rule, ": a detail that cannot be shown");
  if (finding.detail.find(kCanary) != std::string::npos && finding.kind == sanitize::Kind::kCanary) {
    return absl::StrCat(finding.rule, ": tells the canary");
  }
  return std::nullopt;
}

// Cleaning what has been cleaned.
Broken BrokenRest(const Sanitizer& sanitizer, const CleanText& clean) {
  const absl::StatusOr<CleanText> again = sanitizer.Clean(clean.text, chunking::Format::kPlain);
  if (!again.ok()) return absl::StrCat("what was cleaned is refused: ", again.status().message());
  if (again->text != clean.text) return absl::StrCat("cleaned again it becomes: ", again->text);
  if (!again->map.is_identity()) return "cleaned again, nothing changes, but the map says otherwise";
  for (const Finding& finding : again->findings) {
    if (finding.action != Action::kAnnotate && finding.action != Action::kQuarantine) {
      return absl::StrCat(finding.rule, ": says that it changed what was clean");
    }
  }
  return std::nullopt;
}

}  // namespace

const Sanitizers& AllSanitizers() {
  static const auto* const kAll = new Sanitizers{Make(std::make_shared<Policy>(), sanitize::Use::kLeaving),
                                                 Make(std::make_shared<Policy>(), sanitize::Use::kStorage),
                                                 Make(std::make_shared<Policy>(), sanitize::Use::kModelOutput),
                                                 Make(ThePolicyThatChangesMost(), sanitize::Use::kLeaving)};
  return *kAll;
}

bool IsUtf8(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  int32_t length = 0;
  u_strFromUTF8(nullptr, 0, &length, text.data(), static_cast<int32_t>(text.size()), &error);
  return error == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(error);
}

Broken BrokenAccount(std::string_view source, const CleanText& clean) {
  if (!IsUtf8(clean.text)) return "the cleaned text is not UTF-8";
  if (Broken broken = BrokenMap(source, clean.text, clean.map)) return broken;
  size_t last = 0;
  for (const Finding& finding : clean.findings) {
    if (Broken broken = BrokenFinding(source, clean, finding)) return broken;
    if (finding.source.begin < last) return absl::StrCat(finding.rule, ": out of order");
    last = finding.source.begin;
  }
  if (!(clean.injection_score >= 0 && clean.injection_score <= 1)) return "a score beyond 0 to 1";
  return std::nullopt;
}

Broken BrokenPromise(const Sanitizer& sanitizer, std::string_view source, chunking::Format format) {
  const absl::StatusOr<CleanText> clean = sanitizer.Clean(source, format);
  if (!IsUtf8(source)) {
    if (clean.ok()) return "ill-formed text is not refused";
    return absl::IsInvalidArgument(clean.status()) ? std::nullopt : Broken("ill-formed text is refused in other words");
  }
  if (!clean.ok()) {
    const bool nested = clean.status().message().find("uncovering") != std::string::npos;
    return absl::IsInvalidArgument(clean.status()) && nested
               ? std::nullopt
               : Broken(absl::StrCat("refused without need: ", clean.status().ToString()));
  }
  if (Broken broken = BrokenAccount(source, *clean)) return broken;
  return BrokenRest(sanitizer, *clean);
}

}  // namespace usher::tests
