// Phone numbers: international ones by their plan, national ones by plan, by the way they are written, or by words.
//
// Guarantees: linear time: the numbering plans are asked a number of times that the text's length bounds, and behind
// that bound what is written like a number counts as one, so that padding cannot smuggle numbers out.
// Thread-safety: none; one object belongs to one search.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PHONE_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PHONE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/sanitize/personal/phone_number.h"
#include "server/sanitize/personal/phone_plan.h"
#include "server/sanitize/personal/surroundings.h"

namespace usher::sanitize::personal {

class PhoneRecognizer {
 public:
  // Both must outlive this.
  PhoneRecognizer(const PhoneRegions& regions, Surroundings& around);

  // As the functions of recognizers.h.
  std::optional<Span> At(size_t digits);

 private:
  bool Accepts(const PhoneNumberText& number);
  bool AcceptsInternational(const PhoneNumberText& number, std::string_view digits, Topic topic);
  bool AcceptsAmerican(const PhoneNumberText& number, Topic topic);
  bool AcceptsTrunk(const PhoneNumberText& number);
  bool AcceptsBracketed(const PhoneNumberText& number);
  bool AcceptsNamed(const PhoneNumberText& number);
  PhoneFit FitsSomewhere(const PhoneNumberText& number);
  PhoneFit Ask(std::string_view digits, const std::string& region);

  const PhoneRegions& regions_;
  Surroundings& around_;
  size_t questions_left_;
  size_t last_end_ = 0;   // of the last phone found
  size_t favourite_ = 0;  // the region that took the last national number
};

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PHONE_H_
