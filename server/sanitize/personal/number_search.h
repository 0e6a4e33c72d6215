// One walk over a folded text that asks each recogniser at each run of digits.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_NUMBER_SEARCH_H_
#define USHER_SERVER_SANITIZE_PERSONAL_NUMBER_SEARCH_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/personal_detector.h"
#include "server/sanitize/personal/phone.h"
#include "server/sanitize/personal/surroundings.h"

namespace usher::sanitize::personal {

// Of the kinds that are recognised by number, and mail addresses: all of `options`, from left to right, not
// overlapping. Guarantees: linear time. Thread-safety: none; one object belongs to one search.
class NumberSearch {
 public:
  // Both must outlive this.
  NumberSearch(std::string_view text, const PersonalDataDetector::Options& options);

  std::vector<PersonalDatum> Run();

 private:
  void FindEmails();
  void Step(size_t& at);
  std::optional<PersonalDatum> AtDigits(size_t digits);
  bool Wants(PersonalType type) const { return options_.types.count(type) > 0; }
  bool IsFree(Span span) const;

  std::string_view text_;
  const PersonalDataDetector::Options& options_;
  Surroundings around_;
  PhoneRecognizer phones_;
  std::vector<Span> emails_;
  size_t next_email_ = 0;  // the first that ends behind the walk
  std::vector<PersonalDatum> found_;
};

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_NUMBER_SEARCH_H_
