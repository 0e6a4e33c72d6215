#include "server/sanitize/personal/personal_type.h"

namespace usher::sanitize {

std::string_view PersonalTypeName(PersonalType type) {
  switch (type) {
    case PersonalType::kEmail:
      return "EMAIL";
    case PersonalType::kPhone:
      return "PHONE";
    case PersonalType::kCreditCard:
      return "CREDIT_CARD";
    case PersonalType::kIban:
      return "IBAN";
    case PersonalType::kUsSsn:
      return "US_SSN";
    case PersonalType::kIpAddress:
      return "IP_ADDRESS";
    case PersonalType::kNationalId:
      return "NATIONAL_ID";
    case PersonalType::kDateOfBirth:
      return "DATE_OF_BIRTH";
    case PersonalType::kAddress:
      return "ADDRESS";
    case PersonalType::kName:
      return "NAME";
  }
  return "UNKNOWN";
}

}  // namespace usher::sanitize
