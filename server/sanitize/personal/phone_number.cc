#include "server/sanitize/personal/phone_number.h"

#include <algorithm>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kLongestText = 32;
constexpr size_t kMostDigits = 15;

// Where the number that has its first digit at `digits` begins: a bracket and a plus sign may stand before.
size_t Begin(std::string_view text, size_t digits) {
  size_t begin = digits;
  if (begin > 0 && text[begin - 1] == '(') --begin;
  if (begin > 0 && text[begin - 1] == '+') --begin;
  return begin;
}

// Bytes of the separator at `at`: one sign, or a bracket and a blank; 0 when the number ends here.
size_t SeparatorSize(std::string_view text, size_t at) {
  const char first = CharAt(text, at);
  if (std::string_view(" -./)(").find(first) == std::string_view::npos || first == '\0') return 0;
  if (IsDigit(CharAt(text, at + 1))) return 1;
  const char second = CharAt(text, at + 1);
  const bool pair = (first == ')' && (second == ' ' || second == '-' || second == '/')) ||
                    (first == ' ' && second == '(') || (first == '-' && second == '(');
  if (pair && IsDigit(CharAt(text, at + 2))) return 2;
  const bool dash = (first == ' ' && (second == '-' || second == '/') && CharAt(text, at + 2) == ' ') ||
                    (first == ')' && second == ' ' && CharAt(text, at + 2) == '-');
  return dash && IsDigit(CharAt(text, at + 3)) ? 3 : 0;
}

// Offset behind an extension at `at`, or `at`.
size_t ExtensionEnd(std::string_view text, size_t at) {
  size_t from = at;
  if (CharAt(text, from) == ',') ++from;
  if (CharAt(text, from) == ' ') ++from;
  if (Lower(CharAt(text, from)) != 'e' && Lower(CharAt(text, from)) != 'x') return at;
  for (const std::string_view word : {"extension ", "ext. ", "ext.", "ext ", "ext", "x"}) {
    if (!StartsWithNoCase(text.substr(from), word)) continue;
    const size_t begin = from + word.size();
    const size_t end = DigitsEnd(text.substr(0, std::min(text.size(), begin + 7)), begin);
    return end > begin && end - begin <= 6 ? end : at;
  }
  return at;
}

void NoteSeparator(PhoneNumberText& number, std::string_view separator) {
  if (separator.find(')') != std::string_view::npos) return;
  const char sign = separator == " (" || separator == "-(" ? separator[0] : separator[separator.size() / 2];
  if (number.separator == '\0') number.separator = sign;
  number.uniform = number.uniform && number.separator == sign;
}

}  // namespace

PhoneNumberText ReadPhoneNumber(std::string_view text, size_t digits) {
  PhoneNumberText number;
  number.span = {Begin(text, digits), digits};
  number.plus = text[number.span.begin] == '+';
  number.area_in_brackets = digits > 0 && text[digits - 1] == '(';
  const std::string_view window = text.substr(0, std::min(text.size(), digits + kLongestText));
  for (size_t at = digits;;) {
    const size_t end = DigitsEnd(window, at);
    if (number.digits.size() + (end - at) > kMostDigits) break;
    number.digits.append(window.substr(at, end - at));
    number.groups.push_back(end - at);
    number.ends.push_back(end);
    number.span.end = end;
    const size_t separator = SeparatorSize(window, end);
    if (separator == 0) break;
    NoteSeparator(number, window.substr(end, separator));
    at = end + separator;
  }
  if (!number.groups.empty()) number.span.end = ExtensionEnd(text, number.span.end);
  return number;
}

PhoneNumberText WithoutLastGroup(const PhoneNumberText& number) {
  PhoneNumberText shorter = number;
  shorter.digits.resize(number.digits.size() - number.groups.back());
  shorter.groups.pop_back();
  shorter.ends.pop_back();
  shorter.span.end = shorter.ends.back();
  return shorter;
}

bool StartsWithDate(const PhoneNumberText& number) {
  if (number.groups.size() < 3 || number.plus || number.area_in_brackets) return false;
  const std::string& d = number.digits;
  const auto& g = number.groups;
  if (g[0] == 4 && g[1] <= 2 && g[2] <= 2)
    return IsDate(Number(d, 0, 4), Number(d, 4, g[1]), Number(d, 4 + g[1], g[2]));
  if (g[0] > 2 || g[1] > 2 || (g[2] != 4 && !(g[2] == 2 && g.size() == 3))) return false;
  const int first = Number(d, 0, g[0]);
  const int second = Number(d, g[0], g[1]);
  const int year = Number(d, g[0] + g[1], g[2]) + (g[2] == 2 ? 2000 : 0);
  return IsDate(year, second, first) || IsDate(year, first, second);
}

}  // namespace usher::sanitize::personal
