// The kinds of personal data the sanitiser knows, and one occurrence of them.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_TYPE_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_TYPE_H_

#include <string_view>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

enum class PersonalType {
  kEmail,
  kPhone,
  kCreditCard,
  kIban,
  kUsSsn,
  kIpAddress,
  kNationalId,
  kDateOfBirth,
  kAddress,
  kName,
};

// As policies, findings and pseudonyms spell it: "EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "US_SSN", "IP_ADDRESS",
// "NATIONAL_ID", "DATE_OF_BIRTH", "ADDRESS", "NAME".
std::string_view PersonalTypeName(PersonalType type);

struct PersonalDatum {
  Span span;  // UTF-8 bytes of the text that was searched
  PersonalType type = PersonalType::kEmail;

  friend bool operator==(const PersonalDatum&, const PersonalDatum&) = default;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_TYPE_H_
