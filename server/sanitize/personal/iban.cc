#include <algorithm>
#include <string>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

struct CountryLength {
  char country[3];
  size_t length;
};

// The registry of SWIFT, by country.
constexpr CountryLength kLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28},
    {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28},
    {"LC", 32}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22},
    {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23},
    {"PK", 24}, {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28},
    {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

size_t LengthFor(const std::string& country) {
  const auto* const found = std::find_if(std::begin(kLengths), std::end(kLengths),
                                         [&](const CountryLength& entry) { return country == entry.country; });
  return found == std::end(kLengths) ? 0 : found->length;
}

bool BlankOrHyphen(char c) { return c == ' ' || c == '-' || c == '.'; }

// "IBAN" may touch the number ("IBANDE89..."), nothing else that is a letter or digit.
bool MayBeginAt(std::string_view text, size_t begin) {
  if (begin == 0 || !IsAlnum(text[begin - 1])) return true;
  return begin >= 4 && Lower(text.substr(begin - 4, 4)) == "iban";
}

}  // namespace

std::optional<Span> IbanAt(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  if (digits < 2 || !IsLetter(text[digits - 1]) || !IsLetter(text[digits - 2])) return std::nullopt;
  const size_t begin = digits - 2;
  const size_t length = LengthFor({Upper(text[begin]), Upper(text[begin + 1])});
  if (length == 0 || !MayBeginAt(text, begin)) return std::nullopt;
  std::string compact;
  size_t end = begin;
  for (; end < text.size() && compact.size() < length; ++end) {
    const char c = text[end];
    if (IsAlnum(c)) {
      compact.push_back(Upper(c));
    } else if (!BlankOrHyphen(c) || !IsAlnum(CharAt(text, end + 1)) || compact.size() < 4) {
      return std::nullopt;
    }
  }
  if (compact.size() < length || IsAlnum(CharAt(text, end)) || !IsDigit(compact[3])) return std::nullopt;
  if (!IbanHolds(compact)) return std::nullopt;
  return Span{begin, end};
}

}  // namespace usher::sanitize::personal
