#include "server/sanitize/personal/phone_plan.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace usher::sanitize {
namespace {

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using personal::PhoneFit;

constexpr size_t kLongestNumber = 15;  // E.164

const PhoneNumberUtil& Util() {
  static const PhoneNumberUtil* const util = [] {
    PhoneNumberUtil* instance = PhoneNumberUtil::GetInstance();
    instance->SetLogger(new NullLogger);  // owned by the library; its own logger writes texts to standard output
    return instance;
  }();
  return *util;
}

PhoneFit Fit(const std::string& number, const std::string& region) {
  PhoneNumber parsed;
  if (Util().Parse(number, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return PhoneFit::kNone;
  if (Util().IsValidNumber(parsed)) return PhoneFit::kValid;
  return Util().IsPossibleNumber(parsed) ? PhoneFit::kPossible : PhoneFit::kNone;
}

}  // namespace

PhoneRegions::PhoneRegions()
    : codes_({"US", "GB", "DE", "FR", "IT", "ES", "IN", "BR", "AU", "NL", "PL", "SE", "CN", "JP", "MX", "ZA"}) {}

absl::StatusOr<PhoneRegions> PhoneRegions::Of(std::vector<std::string> codes) {
  std::set<std::string> known;
  Util().GetSupportedRegions(&known);
  for (const std::string& code : codes) {
    if (known.count(code) > 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("phone region \"", code, "\" has no numbering plan; use ISO 3166 codes such as DE"));
  }
  return PhoneRegions(std::move(codes));
}

namespace personal {

PhoneFit FitsInternationally(std::string_view digits) {
  if (digits.size() > kLongestNumber) return PhoneFit::kNone;
  return Fit(std::string("+").append(digits), "ZZ");
}

PhoneFit FitsNationally(std::string_view digits, const std::string& region) {
  if (digits.size() > kLongestNumber) return PhoneFit::kNone;
  return Fit(std::string(digits), region);
}

}  // namespace personal
}  // namespace usher::sanitize
