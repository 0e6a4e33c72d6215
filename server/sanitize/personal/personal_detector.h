// Finds personal data in a text: mail addresses, phones, cards, accounts, numbers of states, machines' addresses, dates
// of birth, postal addresses, names.
//
// Guarantees: what has check digits, lengths or issued ranges is checked against them; spans lie on characters of the
// text, ascend and do not overlap; time linear in the text, whatever the text; any bytes are accepted.
// Non-guarantees: a number is only as certain as its check: about one in a hundred random numbers of an account's shape
// is one. Names are found behind cues only. Thread-safety: immutable; Find may run in many threads at once.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_DETECTOR_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_DETECTOR_H_

#include <set>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/personal_type.h"
#include "server/sanitize/personal/phone_plan.h"

namespace usher::sanitize {

class PersonalDataDetector {
 public:
  struct Options {
    // Names are left out by default: cues find about half of them, and titles of things look alike.
    std::set<PersonalType> types = {PersonalType::kEmail,      PersonalType::kPhone,       PersonalType::kCreditCard,
                                    PersonalType::kIban,       PersonalType::kUsSsn,       PersonalType::kIpAddress,
                                    PersonalType::kNationalId, PersonalType::kDateOfBirth, PersonalType::kAddress};
    PhoneRegions phone_regions;
  };

  static const std::set<PersonalType>& AllTypes();

  PersonalDataDetector();  // with the default options
  explicit PersonalDataDetector(Options options);

  // All occurrences in `text`, from left to right.
  std::vector<PersonalDatum> Find(std::string_view text) const;

 private:
  Options options_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PERSONAL_DETECTOR_H_
