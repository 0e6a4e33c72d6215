#include "server/sanitize/personal/number_search.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

// Bytes at which a number may be noticed.
constexpr std::array<bool, 256> kStops = [] {
  std::array<bool, 256> stops{};
  for (int c = '0'; c <= ':'; ++c) stops[static_cast<size_t>(c)] = true;
  return stops;
}();

// Signs that may stand inside a number.
constexpr std::array<bool, 256> kInside = [] {
  std::array<bool, 256> inside{};
  for (const char c : std::string_view(" -./()+")) inside[static_cast<unsigned char>(c)] = true;
  return inside;
}();

bool InsideV6(std::string_view text, size_t colon) {
  const char before = colon > 0 ? text[colon - 1] : '\0';
  const char behind = CharAt(text, colon + 1);
  return (IsHex(before) && (IsHex(behind) || behind == ':')) || (behind == ':' && IsHex(CharAt(text, colon + 2)));
}

constexpr size_t kWidestNumber = 32;

// Digits of the number that begins at `at`, as far as nothing comes that none has inside.
size_t DigitsAhead(std::string_view text, size_t at) {
  size_t count = 0;
  for (const size_t end = std::min(text.size(), at + kWidestNumber); at < end; ++at) {
    const char c = text[at];
    count += IsDigit(c) ? 1 : 0;
    if (!IsAlnum(c) && !kInside[static_cast<unsigned char>(c)]) break;
  }
  return count;
}

// Numbers with fewer digits behind the first one need not be asked for.
size_t FewestDigits(PersonalType type) {
  switch (type) {
    case PersonalType::kCreditCard:
      return 12;
    case PersonalType::kUsSsn:
      return 9;
    case PersonalType::kPhone:
      return 7;
    case PersonalType::kNationalId:
      return 4;
    default:
      return 1;
  }
}

}  // namespace

NumberSearch::NumberSearch(std::string_view text, const PersonalDataDetector::Options& options)
    : text_(text), options_(options), around_(text), phones_(options.phone_regions, around_) {}

std::vector<PersonalDatum> NumberSearch::Run() {
  FindEmails();
  for (size_t at = 0; at < text_.size();) {
    if (kStops[static_cast<unsigned char>(text_[at])]) {
      Step(at);
    } else {
      ++at;
    }
  }
  if (Wants(PersonalType::kEmail)) {
    for (const Span& email : emails_) found_.push_back({email, PersonalType::kEmail});
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  }
  return std::move(found_);
}

void NumberSearch::FindEmails() {
  for (size_t at = text_.find('@'); at != std::string_view::npos; at = text_.find('@', at + 1)) {
    const std::optional<Span> email = EmailAt(around_, at);
    if (email && (emails_.empty() || email->begin >= emails_.back().end)) emails_.push_back(*email);
  }
}

// Moves `at` behind what was found there, or behind the run of digits.
void NumberSearch::Step(size_t& at) {
  while (next_email_ < emails_.size() && emails_[next_email_].end <= at) ++next_email_;
  if (next_email_ < emails_.size() && emails_[next_email_].begin <= at) {
    at = emails_[next_email_].end;
    return;
  }
  std::optional<PersonalDatum> datum;
  if (text_[at] != ':') {
    datum = AtDigits(at);
  } else if (Wants(PersonalType::kIpAddress) && InsideV6(text_, at)) {
    if (const auto span = IpV6At(around_, at)) datum = PersonalDatum{*span, PersonalType::kIpAddress};
  }
  if (datum && IsFree(datum->span)) {
    found_.push_back(*datum);
    at = datum->span.end;
  } else {
    at = std::max(at + 1, DigitsEnd(text_, at));
  }
}

bool NumberSearch::IsFree(Span span) const {
  if (!found_.empty() && span.begin < found_.back().span.end) return false;
  if (next_email_ > 0 && span.begin < emails_[next_email_ - 1].end) return false;
  return next_email_ >= emails_.size() || span.end <= emails_[next_email_].begin;
}

// The kinds with the strongest checks come first: whatever they take, no weaker kind sees.
std::optional<PersonalDatum> NumberSearch::AtDigits(size_t digits) {
  using Recognizer = std::optional<Span> (*)(Surroundings&, size_t);
  constexpr std::pair<PersonalType, Recognizer> kChecked[] = {
      {PersonalType::kIban, IbanAt},
      {PersonalType::kIpAddress, IpV4At},
      {PersonalType::kCreditCard, PaymentCardAt},
      {PersonalType::kNationalId, NationalIdAt},
      {PersonalType::kUsSsn, UsSsnAt},
  };
  const size_t ahead = DigitsAhead(text_, digits);
  for (const auto& [type, recognize] : kChecked) {
    if (!Wants(type) || ahead < FewestDigits(type)) continue;
    if (const std::optional<Span> span = recognize(around_, digits)) return PersonalDatum{*span, type};
  }
  if (Wants(PersonalType::kPhone) && ahead >= FewestDigits(PersonalType::kPhone)) {
    if (const std::optional<Span> span = phones_.At(digits)) return PersonalDatum{*span, PersonalType::kPhone};
  }
  constexpr std::pair<PersonalType, Recognizer> kWorded[] = {
      {PersonalType::kDateOfBirth, BirthDateAt},
      {PersonalType::kAddress, PostalAddressAt},
  };
  for (const auto& [type, recognize] : kWorded) {
    if (!Wants(type)) continue;
    if (const std::optional<Span> span = recognize(around_, digits)) return PersonalDatum{*span, type};
  }
  return std::nullopt;
}

}  // namespace usher::sanitize::personal
