#include "server/sanitize/secrets/secret_detector.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "server/sanitize/secrets/assignment.h"
#include "server/sanitize/secrets/candidate.h"
#include "server/sanitize/secrets/format_set.h"
#include "server/sanitize/secrets/key_name.h"
#include "server/sanitize/secrets/literal_scan.h"
#include "server/sanitize/secrets/named_secret.h"
#include "server/sanitize/secrets/private_key.h"
#include "server/sanitize/secrets/unknown_token.h"
#include "server/sanitize/secrets/url_password.h"

namespace usher::sanitize {
namespace {

constexpr std::string_view kUrlMark = "://";

// Better proposals first.
bool IsBetter(const Candidate& a, const Candidate& b) {
  if (a.rank != b.rank) return a.rank > b.rank;
  if (a.certain != b.certain) return a.certain;
  return a.span.size() > b.span.size();
}

std::vector<Secret> WithoutOverlaps(std::vector<Candidate> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(), IsBetter);
  std::map<size_t, Secret> kept;  // by begin
  for (const Candidate& candidate : candidates) {
    const auto after = kept.lower_bound(candidate.span.begin);
    if (after != kept.end() && after->first < candidate.span.end) continue;
    if (after != kept.begin() && std::prev(after)->second.span.end > candidate.span.begin) continue;
    kept[candidate.span.begin] = {candidate.span, candidate.type, candidate.certain};
  }
  std::vector<Secret> secrets;
  secrets.reserve(kept.size());
  for (const auto& [begin, secret] : kept) secrets.push_back(secret);
  return secrets;
}

}  // namespace

// What construction prepares: the formats, and the literals that announce them and everything else.
class SecretDetector::Formats {
 public:
  Formats() : literals_(Literals(formats_)) {}

  // Ids of `literals()`: an anchor's index, or one of these past all anchors.
  size_t name_id() const { return formats_.anchors().size(); }
  size_t key_id() const { return name_id() + 1; }
  size_t url_id() const { return name_id() + 2; }

  const FormatSet& formats() const { return formats_; }
  const LiteralScan& literals() const { return literals_; }

 private:
  LiteralScan Literals(const FormatSet& formats) const {
    std::vector<LiteralScan::Literal> literals;
    for (size_t i = 0; i < formats.anchors().size(); ++i) {
      literals.push_back({std::string(formats.anchors()[i].text), formats.anchors()[i].any_case, i});
    }
    for (const std::string_view stem : SecretNameStems()) literals.push_back({std::string(stem), true, name_id()});
    for (const std::string_view start : PrivateKeyStarts()) literals.push_back({std::string(start), false, key_id()});
    literals.push_back({std::string(kUrlMark), false, url_id()});
    return LiteralScan(std::move(literals));
  }

  FormatSet formats_;
  LiteralScan literals_;
};

// One pass over one text.
class SecretDetector::Scan {
 public:
  Scan(const Formats& formats, std::string_view text) : formats_(formats), text_(text), keys_(text) {}

  std::vector<Secret> Run() {
    FindAnnounced();
    FindRuns();
    return WithoutOverlaps(std::move(found_));
  }

 private:
  void FindAnnounced() {
    const LiteralScan& literals = formats_.literals();
    std::vector<size_t> ids;
    for (size_t at = literals.Next(text_, 0); at < text_.size(); at = literals.Next(text_, at + 1)) {
      literals.At(text_, at, ids);
      for (const size_t id : ids) Try(id, at);
    }
  }

  void Try(size_t id, size_t at) {
    if (id == formats_.key_id()) return keys_.FindAt(at, found_);
    if (id == formats_.url_id()) return FindUrlPassword(text_, at, found_);
    if (id == formats_.name_id()) return TryName(at);
    Keep(formats_.formats().MatchAt(text_, formats_.formats().anchors()[id], at));
  }

  void TryName(size_t at) {
    if (at < after_name_) return;
    const Span name = NameAround(text_, at, 1);
    after_name_ = name.end;
    Keep(FindNamedSecret(text_, name, formats_.formats()));
  }

  void FindRuns() {
    for (Span run = NextTokenRun(text_, 0); run.size() > 0; run = NextTokenRun(text_, run.end)) {
      std::optional<Candidate> known = formats_.formats().MatchUnanchored(text_, run.begin);
      Keep(known);
      if (!known && LooksLikeVendorToken(text_, run)) Keep(Candidate{run, "unknown_vendor_token", Rank::kLooks, false});
    }
  }

  void Keep(const std::optional<Candidate>& candidate) {
    if (candidate) found_.push_back(*candidate);
  }

  const Formats& formats_;
  std::string_view text_;
  PrivateKeyFinder keys_;
  size_t after_name_ = 0;
  std::vector<Candidate> found_;
};

SecretDetector::SecretDetector() : formats_(std::make_unique<const Formats>()) {}
SecretDetector::~SecretDetector() = default;

std::vector<Secret> SecretDetector::Find(std::string_view text) const { return Scan(*formats_, text).Run(); }

}  // namespace usher::sanitize
