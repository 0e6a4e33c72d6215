#include "server/sanitize/secrets/format_set.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>

#include "index/chunking/ascii.h"
#include "server/sanitize/secrets/checks.h"
#include "server/sanitize/secrets/value_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMostBytes = 4096;
constexpr size_t kMostJwtBytes = 16384;

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

bool IsWord(char c) { return chunking::IsDigitAscii(c) || chunking::IsLetterAscii(c) || c == '_'; }

// Whether what a format describes can start at `begin`: a token stands alone, an option is an argument, a keyword a
// word.
bool CanStart(std::string_view text, size_t begin, Rank rank) {
  if (begin == 0 || begin >= text.size()) return begin == 0;
  if (text[begin] == '-' && rank == Rank::kContext) {
    return std::string_view(" \t\n\"'[(,=`").find(text[begin - 1]) != std::string_view::npos;
  }
  if (!IsWord(text[begin])) return true;
  return rank == Rank::kContext ? !IsWord(text[begin - 1]) || text[begin] == '_' : StartsToken(text, begin);
}

}  // namespace

FormatSet::FormatSet() {
  for (const SecretFormat& format : TokenFormats()) Add(format, Rank::kDocumented);
  for (const SecretFormat& format : ContextFormats()) Add(format, Rank::kContext);
  for (const KeyedFormat& format : KeyedFormats()) {
    named_.push_back(std::make_unique<re2::RE2>(Piece(format.pattern), re2::RE2::Quiet));
  }
}

FormatSet::~FormatSet() = default;

void FormatSet::Add(const SecretFormat& format, Rank rank) {
  const size_t index = formats_.size();
  formats_.push_back({&format, std::make_unique<re2::RE2>(Piece(format.pattern), re2::RE2::Quiet), rank});
  if (format.anchors.empty()) unanchored_.push_back(index);
  const bool any_case = format.pattern.starts_with("(?i)");
  for (std::string_view left = format.anchors; !left.empty();) {
    const size_t size = std::min(left.size(), left.find(kAnchorSeparator));
    anchors_.push_back({left.substr(0, size), any_case, index});
    left.remove_prefix(std::min(left.size(), size + 1));
  }
}

std::optional<Candidate> FormatSet::MatchAt(std::string_view text, const Anchor& anchor, size_t offset) const {
  const Compiled& compiled = formats_[anchor.format];
  for (size_t lead = compiled.format->lead_max + 1; lead-- > compiled.format->lead_min;) {
    if (lead > offset) continue;
    const size_t body = lead == 0 ? anchor.text.size() : 0;
    std::optional<Candidate> found = Match(text, compiled, offset - lead, body);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Candidate> FormatSet::MatchUnanchored(std::string_view text, size_t offset) const {
  for (const size_t index : unanchored_) {
    std::optional<Candidate> found = Match(text, formats_[index], offset, 0);
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Candidate> FormatSet::Match(std::string_view text, const Compiled& compiled, size_t begin,
                                          size_t body) const {
  if (!CanStart(text, begin, compiled.rank)) return std::nullopt;
  const SecretFormat& format = *compiled.format;
  const std::string_view window = text.substr(begin, format.check == Check::kJwt ? kMostJwtBytes : kMostBytes);
  const int group = compiled.pattern->NumberOfCapturingGroups();
  re2::StringPiece parts[2];
  if (!compiled.pattern->Match(Piece(window), 0, window.size(), re2::RE2::ANCHOR_START, parts, group + 1)) {
    return std::nullopt;
  }
  const std::string_view secret(parts[group].data(), parts[group].size());
  const size_t secret_begin = static_cast<size_t>(secret.data() - text.data());
  const size_t secret_end = secret_begin + secret.size();
  if (IsWord(secret.back()) && format.check != Check::kPassword && !EndsToken(text, secret_end)) return std::nullopt;
  const CheckResult result =
      RunCheck(format.check, secret, secret.substr(group == 0 ? std::min(body, secret.size()) : 0));
  if (result == CheckResult::kFails) return std::nullopt;
  const Span span{secret_begin, secret_end};
  if (result == CheckResult::kDamaged) return Candidate{span, "unverified_token", Rank::kLooks, false};
  return Candidate{span, format.type, compiled.rank, result == CheckResult::kConfirmed};
}

std::string_view FormatSet::TypeOfNamed(std::string_view joined_name, std::string_view value) const {
  const absl::Span<const KeyedFormat> formats = KeyedFormats();
  for (size_t i = 0; i < formats.size(); ++i) {
    if (joined_name.find(formats[i].key) == std::string_view::npos) continue;
    if (re2::RE2::FullMatch(Piece(value), *named_[i])) return formats[i].type;
  }
  return {};
}

}  // namespace usher::sanitize
