#include "server/sanitize/finding.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

bool IsShowable(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  if (c < 0x80) return c >= 0x20 && c != 0x7F;
  return u_isgraph(code) != 0 && u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) == 0;
}

}  // namespace

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kHidden:
      return "hidden";
    case Kind::kExfiltration:
      return "exfil";
    case Kind::kInjection:
      return "injection";
    case Kind::kSecret:
      return "secret";
    case Kind::kPersonal:
      return "personal";
    case Kind::kCanary:
      return "canary";
    case Kind::kLength:
      return "length";
  }
  return "hidden";
}

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kAnnotate:
      return "annotate";
    case Action::kRemove:
      return "remove";
    case Action::kReplace:
      return "replace";
    case Action::kMask:
      return "mask";
    case Action::kPseudonymise:
      return "pseudonymise";
    case Action::kQuarantine:
      return "quarantine";
  }
  return "annotate";
}

std::string PrintableDetail(std::string_view text) {
  std::string shown;
  const size_t valid = std::min(chunking::FirstInvalidUtf8(text), text.size());
  text = text.substr(0, valid);
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = chunking::NextCodePoint(text, at);
    const std::string next = IsShowable(c) ? std::string(text.substr(begin, at - begin))
                                           : absl::StrFormat("\\u{%X}", static_cast<unsigned>(c));
    if (shown.size() + next.size() > kMaxDetailBytes - 3) return shown + "...";
    shown += next;
  }
  return shown;
}

void FindingLog::Add(std::string_view rule, Kind kind, Action action, Span source, std::string_view detail) {
  auto found = tallies_.find(rule);
  if (found == tallies_.end()) found = tallies_.emplace(std::string(rule), Tally{}).first;
  Tally& tally = found->second;
  if (++tally.count <= kMaxPerRule) {
    tally.last = findings_.size();
    findings_.push_back({std::string(rule), kind, action, source, {}, PrintableDetail(detail)});
    return;
  }
  Finding& last = findings_[tally.last];
  last.source = {std::min(last.source.begin, source.begin), std::max(last.source.end, source.end)};
  last.action = std::max(last.action, action);
}

std::vector<Finding> FindingLog::Take() {
  for (const auto& [rule, tally] : tallies_) {
    if (tally.count <= kMaxPerRule) continue;
    findings_[tally.last].detail = absl::StrCat("and ", tally.count - kMaxPerRule, " more findings of this rule");
  }
  tallies_.clear();
  return std::move(findings_);
}

}  // namespace usher::sanitize
