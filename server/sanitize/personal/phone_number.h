// A number as somebody writes a phone's, before anyone asks whether it is one.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PHONE_NUMBER_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PHONE_NUMBER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize::personal {

struct PhoneNumberText {
  Span span;                   // of text; an extension ("x123") is inside
  std::string digits;          // without the extension
  std::vector<size_t> groups;  // digits of each group
  std::vector<size_t> ends;    // where each group ends in the text
  bool plus = false;
  bool area_in_brackets = false;  // "(301) ..."
  char separator = '\0';          // the first one between groups: blank, '-', '.', '/' or ')'
  bool uniform = true;            // no other separator than that

  bool grouped() const { return groups.size() > 1; }
};

// The longest such number that holds the digit at `digits`, at most 15 digits and 32 bytes; digits may be empty.
PhoneNumberText ReadPhoneNumber(std::string_view text, size_t digits);

// The number without its last group (and without extension); there must be two.
PhoneNumberText WithoutLastGroup(const PhoneNumberText& number);

// Its first groups are a day, as in "2024-05-17 10" or "17.05.2024".
bool StartsWithDate(const PhoneNumberText& number);

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PHONE_NUMBER_H_
