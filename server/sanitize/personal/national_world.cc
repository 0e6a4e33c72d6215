#include <algorithm>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/national_formats.h"

namespace usher::sanitize::personal {
namespace {

using S = std::string_view;

int Last(S n) { return DigitValue(n.back()); }

bool OneOf(char c, S set) { return set.find(c) != S::npos; }

bool AllDigits(S n) { return std::all_of(n.begin(), n.end(), IsDigit); }

bool AllSame(S n) { return n.find_first_not_of(n[0]) == S::npos; }

bool IndianAadhaar(S n) { return n[0] >= '2' && !AllSame(n) && VerhoeffHolds(n); }

// The fourth letter says what the taxpayer is; P is a person.
bool IndianTax(S n) { return n[3] == 'P'; }

bool BrazilianTax(S n) {
  const int first = WeightedSum(n, {10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
  const int second = WeightedSum(n, {11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
  return !AllSame(n) && first == DigitValue(n[9]) && second == DigitValue(n[10]);
}

bool CanadianInsurance(S n) { return n[0] != '8' && LuhnHolds(n); }

bool AustralianTax(S n) { return WeightedSum(n, {1, 4, 3, 7, 5, 8, 6, 9, 10}) % 11 == 0; }

bool ChineseResident(S n) {
  if (!AllDigits(n.substr(0, 17)) || n[0] == '0') return false;
  if (!IsDate(Number(n, 6, 4), Number(n, 10, 2), Number(n, 12, 2))) return false;
  return "10X98765432"[WeightedSum(n, {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}) % 11] == n[17];
}

// Since 2020 the last digits are drawn at random, so the date and the digit of sex and century must do.
bool KoreanResident(S n) { return StartsWithYearMonthDay(n) && OneOf(n[6], "12345678"); }

bool JapanesePerson(S n) {
  const int rest = WeightedSum(n, {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11;
  return (rest <= 1 ? 0 : 11 - rest) == Last(n);
}

bool SouthAfricanPerson(S n) { return StartsWithYearMonthDay(n) && OneOf(n[10], "012") && LuhnHolds(n); }

bool MexicanPerson(S n) {
  if (!StartsWithYearMonthDay(n.substr(4)) || !OneOf(n[10], "HMX") || !IsDigit(n[17])) return false;
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) {
    const char c = n[i];
    // The ministry's alphabet has an Ñ behind N, so letters from O on count one more.
    const int value = IsDigit(c) ? DigitValue(c) : c - 'A' + 10 + (c > 'N' ? 1 : 0);
    sum += value * static_cast<int>(18 - i);
  }
  return (10 - sum % 10) % 10 == Last(n);
}

bool TurkishPerson(S n) {
  const int odd = WeightedSum(n, {1, 0, 1, 0, 1, 0, 1, 0, 1});
  const int even = WeightedSum(n, {0, 1, 0, 1, 0, 1, 0, 1});
  const int tenth = ((odd * 7 - even) % 10 + 10) % 10;
  return n[0] != '0' && tenth == DigitValue(n[9]) && (odd + even + tenth) % 10 == Last(n);
}

bool ChileanPerson(S n) {
  const S digits = n.substr(0, n.size() - 1);
  if (!AllDigits(digits)) return false;
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i)
    sum += DigitValue(digits[digits.size() - 1 - i]) * static_cast<int>(2 + i % 6);
  return "0K987654321"[sum % 11] == n.back();
}

bool ArgentineWorker(S n) {
  const int check = (11 - WeightedSum(n, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  return OneOf(n[0], "23") && check == Last(n);
}

bool HongKongResident(S n) {
  const int rest = ((n[0] - 'A' + 10) * 8 + 36 * 9 + WeightedSum(n.substr(1), {7, 6, 5, 4, 3, 2})) % 11;
  const int check = (11 - rest) % 11;
  return check == 10 ? n[7] == 'A' : n[7] == '0' + check;
}

bool SingaporeResident(S n) {
  int sum = WeightedSum(n.substr(1), {2, 7, 6, 5, 4, 3, 2});
  switch (n[0]) {
    case 'T':
      sum += 4;
      [[fallthrough]];
    case 'S':
      return "JZIHGFEDCBA"[sum % 11] == n[8];
    case 'G':
      sum += 4;
      [[fallthrough]];
    case 'F':
      return "XWUTRQPNMLK"[sum % 11] == n[8];
    default:
      return false;
  }
}

// The letter counts as two digits in an order of its own.
bool TaiwaneseResident(S n) {
  const size_t place = S("ABCDEFGHJKLMNPQRSTUVXYWZIO").find(n[0]);
  if (place == S::npos || !OneOf(n[1], "1289")) return false;
  const int letter = static_cast<int>(place) + 10;
  return (letter / 10 + letter % 10 * 9 + WeightedSum(n.substr(1), {8, 7, 6, 5, 4, 3, 2, 1, 1})) % 10 == 0;
}

bool IsraeliPerson(S n) { return LuhnHolds(n); }

using enum Evidence;

constexpr NationalFormat kFormats[] = {
    {"IN Aadhaar", "9999 9999 9999", IndianAadhaar, kShape},
    {"IN Aadhaar", "9999-9999-9999", IndianAadhaar, kShape},
    {"IN Aadhaar", "999999999999", IndianAadhaar, kWords},
    {"IN PAN", "AAAAA9999A", IndianTax, kShape},
    {"BR CPF", "999.999.999-99", BrazilianTax, kShape},
    {"BR CPF", "999_999_999_99", BrazilianTax, kWords},
    {"CA social insurance", "999_999_999", CanadianInsurance, kWords},
    {"AU tax file", "999_999_999", AustralianTax, kWords},
    {"CN resident", "99999999999999999x", ChineseResident, kProof},
    {"KR resident", "999999-9999999", KoreanResident, kShape},
    {"JP my number", "9999_9999_9999", JapanesePerson, kWords},
    {"ZA identity", "999999_9999_999", SouthAfricanPerson, kWords},
    {"MX CURP", "AAAA999999AAAAAAx9", MexicanPerson, kProof},
    {"TR kimlik", "99999999999", TurkishPerson, kWords},
    {"CL RUT", "9.999.999-x", ChileanPerson, kShape},
    {"CL RUT", "99.999.999-x", ChileanPerson, kShape},
    {"CL RUT", "99999999-x", ChileanPerson, kWords},
    {"AR CUIL", "99-99999999-9", ArgentineWorker, kShape},
    {"HK identity", "A999999(x)", HongKongResident, kShape},
    {"SG NRIC", "A9999999A", SingaporeResident, kShape},
    {"TW identity", "A999999999", TaiwaneseResident, kWords},
    {"IL identity", "999999999", IsraeliPerson, kWords},
};

}  // namespace

absl::Span<const NationalFormat> WorldFormats() { return kFormats; }

}  // namespace usher::sanitize::personal
