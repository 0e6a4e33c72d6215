#include "server/sanitize/personal/phone.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kFewestQuestions = 64;
constexpr size_t kBytesAQuestion = 128;
constexpr int kMostCuts = 3;
constexpr size_t kFewestDigits = 7;

// "555-123-4567" with an optional country code before it; `first` is the group of the area.
std::optional<size_t> AmericanArea(const PhoneNumberText& number) {
  const auto& groups = number.groups;
  const size_t first = groups.size() - std::min<size_t>(groups.size(), 3);
  if (groups.size() < 3 || groups.size() > 4) return std::nullopt;
  if (groups[first] != 3 || groups[first + 1] != 3 || groups[first + 2] != 4) return std::nullopt;
  const std::string_view code = std::string_view(number.digits).substr(0, number.digits.size() - 10);
  if (first == 1 && code != "1" && code != "001") return std::nullopt;
  return code.size();
}

// "1 6 7 4 2", a list of digits, or "02110-1301", an American postal code.
bool IsListOrCode(const PhoneNumberText& number) {
  const auto& groups = number.groups;
  if (std::count(groups.begin(), groups.end(), 1U) >= 3) return true;
  return !number.plus && number.separator == '-' && groups == std::vector<size_t>{5, 4};
}

bool IsOther(Topic topic) { return topic != Topic::kNone && topic != Topic::kPhone && topic != Topic::kIp; }

}  // namespace

PhoneRecognizer::PhoneRecognizer(const PhoneRegions& regions, Surroundings& around)
    : regions_(regions), around_(around), questions_left_(kFewestQuestions + around.text().size() / kBytesAQuestion) {}

std::optional<Span> PhoneRecognizer::At(size_t digits) {
  PhoneNumberText number = ReadPhoneNumber(around_.text(), digits);
  if (IsListOrCode(number)) return std::nullopt;
  for (int cuts = 0; cuts <= kMostCuts && number.digits.size() >= kFewestDigits; ++cuts) {
    if (StartsWithDate(number)) return std::nullopt;
    if (around_.StandsAlone(number.span) && Accepts(number)) {
      last_end_ = number.span.end;
      return number.span;
    }
    if (!number.grouped()) break;
    number = WithoutLastGroup(number);
  }
  return std::nullopt;
}

bool PhoneRecognizer::Accepts(const PhoneNumberText& number) {
  const Topic topic = around_.TopicOf(number.span);
  const std::string_view digits = number.digits;
  if (number.plus) return AcceptsInternational(number, digits, topic);
  if (IsOther(topic) || around_.InsideAddress(number.span.begin)) return false;
  if (AcceptsAmerican(number, topic)) return true;
  if (digits.starts_with("00")) return AcceptsInternational(number, digits.substr(2), topic);
  if (topic == Topic::kPhone) return AcceptsNamed(number);
  return AcceptsTrunk(number) || AcceptsBracketed(number);
}

bool PhoneRecognizer::AcceptsInternational(const PhoneNumberText& number, std::string_view digits, Topic topic) {
  if (digits.size() < kFewestDigits + 1) return false;
  if (questions_left_ == 0) return true;
  --questions_left_;
  const PhoneFit fit = FitsInternationally(digits);
  if (fit == PhoneFit::kValid) return number.plus || number.grouped() || topic == Topic::kPhone;
  if (topic == Topic::kPhone) return true;
  return fit == PhoneFit::kPossible && number.grouped() && !IsOther(topic);
}

bool PhoneRecognizer::AcceptsAmerican(const PhoneNumberText& number, Topic topic) {
  const std::optional<size_t> area = AmericanArea(number);
  if (!area) return false;
  if (topic == Topic::kPhone) return true;
  const bool plausible = number.digits[*area] >= '2' && number.digits[*area + 3] >= '2';
  if (number.area_in_brackets || (number.uniform && number.separator != ' ')) return plausible;
  return plausible && Ask(number.digits, "US") == PhoneFit::kValid;
}

PhoneFit PhoneRecognizer::Ask(std::string_view digits, const std::string& region) {
  if (questions_left_ == 0) return PhoneFit::kValid;
  --questions_left_;
  return FitsNationally(digits, region);
}

PhoneFit PhoneRecognizer::FitsSomewhere(const PhoneNumberText& number) {
  PhoneFit best = PhoneFit::kNone;
  const std::vector<std::string>& codes = regions_.codes();
  for (size_t i = 0; i < codes.size(); ++i) {
    // Numbers of one text tend to be of one country.
    const size_t region = (favourite_ + i) % codes.size();
    best = std::max(best, Ask(number.digits, codes[region]));
    if (best != PhoneFit::kValid) continue;
    favourite_ = region;
    break;
  }
  return best;
}

// "020 7946 0000", "06 12 34 56 78", "030/1234567": the zero that is dialled before an area.
bool PhoneRecognizer::AcceptsTrunk(const PhoneNumberText& number) {
  const size_t first = number.groups[0];
  const size_t size = number.digits.size();
  if (number.digits[0] != '0' || number.digits[1] == '0' || first < 2 || first > 5) return false;
  if (!number.grouped() || number.groups.size() > 6 || size < 9 || size > 12) return false;
  const size_t begin = number.span.begin;
  const bool goes_on = begin >= 2 && around_.text()[begin - 1] == ' ' && IsDigit(around_.text()[begin - 2]);
  if (goes_on && number.separator == ' ' && last_end_ + 1 != begin) return false;  // the rest of a longer number
  const PhoneFit fit = FitsSomewhere(number);
  if (fit == PhoneFit::kValid) return true;
  return fit == PhoneFit::kPossible && number.groups.size() >= 3 && number.uniform && size >= 10;
}

// "(11) 91234-5678".
bool PhoneRecognizer::AcceptsBracketed(const PhoneNumberText& number) {
  if (!number.area_in_brackets || !number.grouped() || number.groups[0] < 2 || number.groups[0] > 5) return false;
  if (number.digits.size() < 9) return false;
  const bool hyphen = number.separator == '-' && number.groups.size() == 3;
  return hyphen || FitsSomewhere(number) == PhoneFit::kValid;
}

bool PhoneRecognizer::AcceptsNamed(const PhoneNumberText& number) {
  if (number.grouped() && number.digits.size() >= 8 && number.groups[0] <= 6) return true;
  if (number.groups.size() == 2 && number.groups[0] == 3 && number.groups[1] == 4) return true;
  return FitsSomewhere(number) == PhoneFit::kValid;
}

}  // namespace usher::sanitize::personal
