// The check-digit algorithms that numbers of people, cards and accounts are protected with.
//
// Arguments are ASCII digits only (letters too where said); anything else gives an arbitrary answer, never a crash.
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_CHECK_DIGITS_H_
#define USHER_SERVER_SANITIZE_PERSONAL_CHECK_DIGITS_H_

#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace usher::sanitize::personal {

// ISO/IEC 7812: cards, Canada, Sweden, South Africa, ...
bool LuhnHolds(std::string_view digits);

// Dihedral check of Aadhaar numbers.
bool VerhoeffHolds(std::string_view digits);

// ISO 7064 MOD 11,10: German tax numbers, Croatian OIB.
bool Mod11And10Holds(std::string_view digits);

// ISO 7064 MOD 97-10 over digits and upper-case letters (A = 10, ...), the first four moved behind the rest: IBAN.
bool IbanHolds(std::string_view alnum);

// The number modulo `modulus`, which is at most 1000.
int Modulo(std::string_view digits, int modulus);

// Sum of weight times digit over the first weights.size() digits.
int WeightedSum(std::string_view digits, std::initializer_list<int> weights);

// A day that exists, in a year from 1800 to 2099.
bool IsDate(int year, int month, int day);

// IsDate for six digits YYMMDD or DDMMYY of any century.
bool StartsWithYearMonthDay(std::string_view digits);
bool StartsWithDayMonthYear(std::string_view digits);

// Value of `count` digits from `begin`.
int Number(std::string_view digits, size_t begin, size_t count);

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_CHECK_DIGITS_H_
