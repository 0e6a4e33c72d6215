#include "server/sanitize/secrets/named_secret.h"

#include <algorithm>

#include "index/chunking/ascii.h"
#include "server/sanitize/secrets/assignment.h"
#include "server/sanitize/secrets/key_name.h"
#include "server/sanitize/secrets/value_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kLeastToken = 10;
constexpr size_t kLeastWeakToken = 20;
constexpr size_t kLeastProseToken = 16;
constexpr size_t kLeastProsePassword = 8;
constexpr size_t kMostPassword = 200;

bool Any(std::string_view value, bool (*is)(char)) { return std::any_of(value.begin(), value.end(), is); }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsSymbol(char c) { return std::string_view("!@#$%^&*()+=?~|<>,;{}[]").find(c) != std::string_view::npos; }

int Kinds(std::string_view value) {
  return Any(value, IsUpper) + Any(value, IsLower) + Any(value, chunking::IsDigitAscii) + Any(value, IsSymbol);
}

// The length of a usual digest in hexadecimal digits, or of the fingerprint of a key.
bool IsDigestLike(std::string_view value) {
  const bool hex = value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  const bool fingerprint = value.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
  if (fingerprint && (value.size() == 16 || value.size() == 40)) return true;
  return hex && (value.size() == 32 || value.size() == 40 || value.size() == 64 || value.size() == 128);
}

bool IsToken(std::string_view value, NameKind kind, bool prose) {
  if (value.find_first_of(" \t") != std::string_view::npos) return false;
  if (IsUuid(value)) return kind == NameKind::kToken && !prose;
  if (kind == NameKind::kWeak) return value.size() >= kLeastWeakToken && LooksRandom(value) && !IsDigestLike(value);
  if (value.size() < (prose ? kLeastProseToken : kLeastToken)) return false;
  if (LooksRandom(value)) return true;
  return !prose && Kinds(value) >= 3 && Any(value, IsSymbol) && !LooksLikeWords(value);
}

bool IsPassword(std::string_view value, const Assignment& assignment, const KeyName& name) {
  if (value.size() > kMostPassword) return false;
  const bool phrase = name.joined.ends_with("phrase") || name.joined.ends_with("psk");
  if (value.find_first_of(" \t") != std::string_view::npos) return phrase && value.size() >= 12;
  if (assignment.prose && !assignment.quoted) {
    return value.size() >= kLeastProsePassword && Kinds(value) >= 3 && Any(value, chunking::IsDigitAscii);
  }
  if (!Any(value, IsUpper) && !Any(value, IsLower) && !Any(value, IsSymbol)) {
    return assignment.quoted && !assignment.prose && IsPlausiblePassword(value, true);
  }
  return IsPlausiblePassword(value, false);
}

// A sentence's comma or exclamation mark behind a value without quotes.
Span WithoutSentenceEnd(std::string_view text, Span value) {
  while (value.size() > 0 && std::string_view(",;:!?.)").find(text[value.end - 1]) != std::string_view::npos)
    --value.end;
  return value;
}

}  // namespace

std::optional<Candidate> FindNamedSecret(std::string_view text, Span name, const FormatSet& formats) {
  const std::optional<Assignment> assignment = ReadAssignment(text, name);
  if (!assignment) return std::nullopt;
  Span span = assignment->value;
  const bool bare_prose = assignment->prose && !assignment->quoted;
  if (bare_prose) {
    span = WithoutSentenceEnd(text, span);
    if (!Any(text.substr(span.begin, span.size()), chunking::IsDigitAscii)) return std::nullopt;
  }
  const KeyName judged = JudgeKeyName(text.substr(name.begin, name.size()));
  if (judged.kind == NameKind::kOther || (assignment->prose && judged.joined.ends_with("pass"))) return std::nullopt;
  if (judged.authorization) span = WithoutScheme(text, span);
  const std::string_view value = text.substr(span.begin, span.size());
  if (IsPlaceholder(value) || IsReference(value, assignment->quoted)) return std::nullopt;
  const std::string_view type = formats.TypeOfNamed(judged.joined, value);
  if (!type.empty() && (LooksRandom(value) || IsUuid(value))) return Candidate{span, type, Rank::kNamed, false};
  if (judged.kind == NameKind::kPassword) {
    if (!IsPassword(value, *assignment, judged)) return std::nullopt;
    return Candidate{span, "password", Rank::kNamed, false};
  }
  if (!IsToken(value, judged.kind, bare_prose)) return std::nullopt;
  return Candidate{span, "named_token", Rank::kNamed, false};
}

}  // namespace usher::sanitize
