#include "server/guard/detectors.h"

#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "server/guard/written_links.h"
#include "server/sanitize/personal/pseudonym.h"

namespace usher::guard {
namespace {

using sanitize::Action;
using sanitize::EditList;
using sanitize::FindingLog;
using sanitize::Kind;
using sanitize::Secret;
using sanitize::Span;

constexpr char kCanaryRule[] = "canary";
constexpr char kCanaryStandIn[] = "[CANARY]";

void ReportSecrets(const std::vector<Secret>& secrets, bool mask, EditList& edits, FindingLog& log) {
  for (const Secret& secret : secrets) {
    const std::string type(secret.type);
    if (mask) edits.Replace(secret.span, absl::StrCat("[SECRET ", type, "]"));
    log.Add(absl::StrCat("secret.", type), Kind::kSecret, mask ? Action::kReplace : Action::kAnnotate, secret.span,
            type);
  }
}

// What is part of a secret, such as the host of a password, is reported once.
void ReportPersonalData(std::string_view text, const std::vector<sanitize::PersonalDatum>& data,
                        const std::vector<Secret>& secrets, FindingLog& log) {
  auto secret = secrets.begin();
  for (const sanitize::PersonalDatum& datum : data) {
    while (secret != secrets.end() && secret->span.end <= datum.span.begin) ++secret;
    if (secret != secrets.end() && secret->span.begin < datum.span.end) continue;
    const std::string_view type = sanitize::PersonalTypeName(datum.type);
    log.Add(absl::StrCat("personal.", chunking::LowerAscii(type)), Kind::kPersonal, Action::kAnnotate, datum.span,
            sanitize::Mask(datum.type, text.substr(datum.span.begin, datum.span.size())));
  }
}

void LookForOtherLinks(std::string_view text, const GivenLinks& given, EditList& edits, FindingLog& log) {
  for (const WrittenLink& link : FindLinks(text)) {
    const GivenLinks::Verdict verdict = given.Judge(link.address);
    if (verdict == GivenLinks::Verdict::kGiven) continue;
    TakeOut(link, edits);
    log.Add(verdict == GivenLinks::Verdict::kOtherHost ? "links.other-host" : "links.other-address",
            Kind::kExfiltration, Action::kReplace, link.span, link.address.host);
  }
}

}  // namespace

Detectors::Detectors(const std::vector<std::string>& canaries) {
  for (const std::string& canary : canaries) {
    if (!canary.empty()) canaries_.push_back(chunking::LowerAscii(canary));
  }
}

void Detectors::Look(const Terms& terms, std::string_view text, EditList& edits, FindingLog& log) const {
  const bool output = terms.boundary == Boundary::kModelOutput;
  if (output) {
    LookForCanaries(text, edits, log);
    LookForOtherLinks(text, terms.given, edits, log);
  }
  const std::vector<Secret> secrets = secrets_.Find(text);
  ReportSecrets(secrets, output, edits, log);
  ReportPersonalData(text, personal_.Find(text), secrets, log);
}

void Detectors::LookForCanaries(std::string_view text, EditList& edits, FindingLog& log) const {
  if (canaries_.empty()) return;
  const std::string lower = chunking::LowerAscii(text);
  for (const std::string& canary : canaries_) {
    for (size_t at = lower.find(canary); at != std::string::npos; at = lower.find(canary, at + canary.size())) {
      const Span span{at, at + canary.size()};
      edits.Replace(span, kCanaryStandIn);
      log.Add(kCanaryRule, Kind::kCanary, Action::kReplace, span, "");
    }
  }
}

}  // namespace usher::guard
