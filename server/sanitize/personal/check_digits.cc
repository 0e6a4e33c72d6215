#include "server/sanitize/personal/check_digits.h"

#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

// Verhoeff's permutation, applied as often as the position says, and the product of the dihedral group of order ten.
constexpr int kPermutation[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                     {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                     {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                     {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};

int DihedralProduct(int a, int b) {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b - 5) % 5;
  return b < 5 ? 5 + (a - 5 - b + 5) % 5 : (a - b + 5) % 5;
}

}  // namespace

bool LuhnHolds(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int value = DigitValue(digits[i]) * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

bool VerhoeffHolds(std::string_view digits) {
  int check = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[digits.size() - 1 - i];
    if (!IsDigit(c)) return false;
    check = DihedralProduct(check, kPermutation[i % 8][DigitValue(c)]);
  }
  return check == 0;
}

bool Mod11And10Holds(std::string_view digits) {
  if (digits.empty()) return false;
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    const int sum = (DigitValue(c) + product) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (11 - product) % 10 == DigitValue(digits.back());
}

bool IbanHolds(std::string_view alnum) {
  int remainder = 0;
  for (size_t i = 0; i < alnum.size(); ++i) {
    const char c = alnum[(i + 4) % alnum.size()];
    remainder = (IsDigit(c) ? remainder * 10 + DigitValue(c) : remainder * 100 + (c - 'A' + 10)) % 97;
  }
  return remainder == 1;
}

int Modulo(std::string_view digits, int modulus) {
  int remainder = 0;
  for (const char c : digits) remainder = (remainder * 10 + DigitValue(c)) % modulus;
  return remainder;
}

int WeightedSum(std::string_view digits, std::initializer_list<int> weights) {
  int sum = 0;
  size_t i = 0;
  for (const int weight : weights) {
    if (i < digits.size()) sum += weight * DigitValue(digits[i++]);
  }
  return sum;
}

bool IsDate(int year, int month, int day) {
  if (year < 1800 || year > 2099 || month < 1 || month > 12 || day < 1) return false;
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool StartsWithYearMonthDay(std::string_view digits) {
  const int year = Number(digits, 0, 2);
  const int month = Number(digits, 2, 2);
  const int day = Number(digits, 4, 2);
  return IsDate(1900 + year, month, day) || IsDate(2000 + year, month, day);
}

bool StartsWithDayMonthYear(std::string_view digits) {
  const int year = Number(digits, 4, 2);
  return IsDate(1900 + year, Number(digits, 2, 2), Number(digits, 0, 2)) ||
         IsDate(2000 + year, Number(digits, 2, 2), Number(digits, 0, 2));
}

int Number(std::string_view digits, size_t begin, size_t count) {
  int value = 0;
  for (size_t i = begin; i < begin + count && i < digits.size() && IsDigit(digits[i]); ++i) {
    value = value * 10 + DigitValue(digits[i]);
  }
  return value;
}

}  // namespace usher::sanitize::personal
