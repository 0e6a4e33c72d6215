#include <algorithm>
#include <string>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/national_formats.h"

namespace usher::sanitize::personal {
namespace {

using S = std::string_view;

int Last(S n) { return DigitValue(n.back()); }

bool OneOf(char c, S set) { return set.find(c) != S::npos; }

bool BritishInsurance(S n) {
  if (OneOf(n[0], "DFIQUV") || OneOf(n[1], "DFIOQUV") || !OneOf(n[8], "ABCD")) return false;
  constexpr S kNeverGiven[] = {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"};
  return std::find(std::begin(kNeverGiven), std::end(kNeverGiven), n.substr(0, 2)) == std::end(kNeverGiven);
}

bool BritishHealth(S n) {
  const int check = 11 - WeightedSum(n, {10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 10 && check % 11 == Last(n);
}

bool SpanishLetter(S digits, char letter) { return "TRWAGMYFPDXBNJZSQVHLCKE"[Modulo(digits, 23)] == letter; }
bool SpanishCitizen(S n) { return SpanishLetter(n.substr(0, 8), n[8]); }
bool SpanishForeigner(S n) {
  return OneOf(n[0], "XYZ") &&
         SpanishLetter(std::string(1, static_cast<char>('0' + (n[0] - 'X'))).append(n.substr(1, 7)), n[8]);
}

// Fifteen characters of which the last two are the key; Corsica's departments 2A and 2B count as 19 and 18.
bool FrenchInsurance(S n) {
  std::string digits(n);
  if (digits[6] == 'A' || digits[6] == 'B') {
    if (digits[5] != '2') return false;
    digits[5] = '1';
    digits[6] = digits[6] == 'A' ? '9' : '8';
  }
  const int month = Number(digits, 3, 2);
  if (!OneOf(n[0], "123478") || !(month >= 1 && month <= 12) == !(month >= 20)) return false;
  return IsDigit(digits[6]) && 97 - Modulo(S(digits).substr(0, 13), 97) == Number(digits, 13, 2);
}

// Odd positions by the ministry's table, even ones by value; the sum names the last letter.
bool ItalianFiscal(S n) {
  constexpr int kOdd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  if (!OneOf(n[8], "ABCDEHLMPRST")) return false;
  int sum = 0;
  for (size_t i = 0; i < 15; ++i) {
    const int value = IsDigit(n[i]) ? DigitValue(n[i]) : n[i] - 'A';
    sum += i % 2 == 0 ? kOdd[value] : value;
  }
  return n[15] == 'A' + sum % 26;
}

bool GermanTax(S n) { return n[0] != '0' && Mod11And10Holds(n); }

// Area, birthday, letter, serial, check: the letter counts as its two-digit place in the alphabet.
bool GermanPension(S n) {
  const int place = n[8] - 'A' + 1;
  const std::string digits = std::string(n.substr(0, 8))
                                 .append(1, static_cast<char>('0' + place / 10))
                                 .append(1, static_cast<char>('0' + place % 10))
                                 .append(n.substr(9, 2));
  constexpr int kWeights[] = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
  int sum = 0;
  for (size_t i = 0; i < 12; ++i) {
    const int product = kWeights[i] * DigitValue(digits[i]);
    sum += product / 10 + product % 10;
  }
  return sum % 10 == Last(n);
}

bool DutchCitizen(S n) { return Number(n, 0, 9) > 0 && (WeightedSum(n, {9, 8, 7, 6, 5, 4, 3, 2}) - Last(n)) % 11 == 0; }

bool PolishPerson(S n) {
  const int month = Number(n, 2, 2) % 20;
  const bool date = month >= 1 && month <= 12 && Number(n, 4, 2) >= 1 && Number(n, 4, 2) <= 31;
  return date && (10 - WeightedSum(n, {1, 3, 7, 9, 1, 3, 7, 9, 1, 3}) % 10) % 10 == Last(n);
}

// Days of coordination numbers are sixty more.
bool SwedishPerson(S n) {
  std::string digits(n.substr(n.size() - 10));
  if (!LuhnHolds(digits)) return false;
  if (digits[4] >= '6') digits[4] = static_cast<char>(digits[4] - 6);
  return StartsWithYearMonthDay(digits);
}

bool FinnishPerson(S n) {
  const int number = Modulo(std::string(n.substr(0, 6)).append(n.substr(n.size() - 4, 3)), 31);
  return StartsWithDayMonthYear(n) && "0123456789ABCDEFHJKLMNPRSTUVWXY"[number] == n.back();
}

bool DanishPerson(S n) { return StartsWithDayMonthYear(n); }

bool NorwegianPerson(S n) {
  const int first = (11 - WeightedSum(n, {3, 7, 6, 1, 8, 9, 4, 5, 2}) % 11) % 11;
  const int second = (11 - WeightedSum(n, {5, 4, 3, 2, 7, 6, 5, 4, 3, 2}) % 11) % 11;
  return first == DigitValue(n[9]) && second == DigitValue(n[10]);
}

bool SwissInsurance(S n) {
  return (10 - WeightedSum(n, {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3}) % 10) % 10 == Last(n) && n.substr(0, 3) == "756";
}

// Born from 2000 on, a 2 stands before the number when it is divided.
bool BelgianPerson(S n) {
  const int check = Number(n, 9, 2);
  return Number(n, 2, 2) <= 52 && Number(n, 4, 2) <= 31 &&
         (97 - Modulo(n.substr(0, 9), 97) == check ||
          97 - Modulo(std::string("2").append(n.substr(0, 9)), 97) == check);
}

bool PortugueseTax(S n) {
  const int check = 11 - WeightedSum(n, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return n[0] != '0' && (check >= 10 ? 0 : check) == Last(n);
}

bool AustrianInsurance(S n) {
  return n[0] != '0' && WeightedSum(n, {3, 7, 9, 0, 5, 8, 4, 2, 1, 6}) % 11 == DigitValue(n[3]);
}

bool IrishService(S n) {
  int sum = WeightedSum(n, {8, 7, 6, 5, 4, 3, 2});
  if (n.size() == 9 && n[8] != 'W') sum += 9 * (n[8] - 'A' + 1);
  return "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23] == n[7];
}

bool CzechPerson(S n) {
  const int month = Number(n, 2, 2) % 50 % 20;
  return month >= 1 && month <= 12 && Number(n, 4, 2) >= 1 && Number(n, 4, 2) <= 31 && Modulo(n, 11) == 0;
}

bool RomanianPerson(S n) {
  const int check = WeightedSum(n, {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9}) % 11;
  return n[0] != '0' && StartsWithYearMonthDay(n.substr(1)) && (check == 10 ? 1 : check) == Last(n);
}

bool BulgarianPerson(S n) {
  const int month = Number(n, 2, 2) % 20;
  return month >= 1 && month <= 12 && WeightedSum(n, {2, 4, 8, 5, 10, 9, 7, 3, 6}) % 11 % 10 == Last(n);
}

bool CroatianPerson(S n) { return Mod11And10Holds(n); }

bool BalticPerson(S n) {
  int check = WeightedSum(n, {1, 2, 3, 4, 5, 6, 7, 8, 9, 1}) % 11;
  if (check == 10) check = WeightedSum(n, {3, 4, 5, 6, 7, 8, 9, 1, 2, 3}) % 11 % 10;
  return OneOf(n[0], "123456") && StartsWithYearMonthDay(n.substr(1)) && check == Last(n);
}

bool GreekInsurance(S n) { return StartsWithDayMonthYear(n) && LuhnHolds(n); }

bool RussianTax(S n) {
  return WeightedSum(n, {7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == DigitValue(n[10]) &&
         WeightedSum(n, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}) % 11 % 10 == DigitValue(n[11]);
}

bool RussianPension(S n) { return WeightedSum(n, {9, 8, 7, 6, 5, 4, 3, 2, 1}) % 101 % 100 == Number(n, 9, 2); }

bool UkrainianTax(S n) { return (WeightedSum(n, {-1, 5, 7, 9, 4, 6, 10, 5, 7}) % 11 + 11) % 11 % 10 == Last(n); }

using enum Evidence;

constexpr NationalFormat kFormats[] = {
    {"GB national insurance", "AA_99_99_99_A", BritishInsurance, kShape},
    {"GB health service", "999_999_9999", BritishHealth, kWords},
    {"ES DNI", "99999999_A", SpanishCitizen, kShape},
    {"ES DNI", "99.999.999_A", SpanishCitizen, kShape},
    {"ES NIE", "A_9999999_A", SpanishForeigner, kShape},
    {"FR NIR", "9_99_99_9x_999_999_99", FrenchInsurance, kProof},
    {"IT codice fiscale", "AAAAAA99A99A999A", ItalianFiscal, kProof},
    {"IT codice fiscale", "AAA AAA 99A99 A999A", ItalianFiscal, kProof},
    {"DE tax", "99_999_999_999", GermanTax, kWords},
    {"DE pension", "99_999999_A_999", GermanPension, kShape},
    {"NL BSN", "999999999", DutchCitizen, kWords},
    {"NL BSN", "9999.99.999", DutchCitizen, kShape},
    {"NL BSN", "999_99_9999", DutchCitizen, kWords},
    {"NL BSN", "999_999_999", DutchCitizen, kWords},
    {"PL PESEL", "99999999999", PolishPerson, kWords},
    {"SE personnummer", "999999-9999", SwedishPerson, kShape},
    {"SE personnummer", "99999999-9999", SwedishPerson, kShape},
    {"SE personnummer", "999999999999", SwedishPerson, kWords},
    {"FI henkilötunnus", "999999-999x", FinnishPerson, kShape},
    {"FI henkilötunnus", "999999+999x", FinnishPerson, kShape},
    {"FI henkilötunnus", "999999A999x", FinnishPerson, kShape},
    {"DK CPR", "999999_9999", DanishPerson, kWords},
    {"NO fødselsnummer", "999999_99999", NorwegianPerson, kWords},
    {"CH AHV", "999.9999.9999.99", SwissInsurance, kProof},
    {"CH AHV", "999_9999_9999_99", SwissInsurance, kWords},
    {"BE national number", "99.99.99-999.99", BelgianPerson, kShape},
    {"BE national number", "99_99_99_999_99", BelgianPerson, kWords},
    {"PT NIF", "999_999_999", PortugueseTax, kWords},
    {"AT social insurance", "9999_999999", AustrianInsurance, kWords},
    {"AT social insurance", "9999_99_99_99", AustrianInsurance, kWords},
    {"IE PPS", "9999999A", IrishService, kWords},
    {"IE PPS", "9999999AA", IrishService, kWords},
    {"CZ and SK birth number", "999999/9999", CzechPerson, kShape},
    {"CZ and SK birth number", "9999999999", CzechPerson, kWords},
    {"RO CNP", "9999999999999", RomanianPerson, kWords},
    {"BG EGN", "9999999999", BulgarianPerson, kWords},
    {"HR OIB", "99999999999", CroatianPerson, kWords},
    {"EE and LT personal code", "99999999999", BalticPerson, kWords},
    {"GR AMKA", "99999999999", GreekInsurance, kWords},
    {"RU INN", "999999999999", RussianTax, kWords},
    {"RU SNILS", "999-999-999 99", RussianPension, kShape},
    {"UA tax", "9999999999", UkrainianTax, kWords},
};

}  // namespace

absl::Span<const NationalFormat> EuropeanFormats() { return kFormats; }

}  // namespace usher::sanitize::personal
