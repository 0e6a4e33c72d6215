// The numbering plans of the world, by libphonenumber, behind a door that lets only short strings of digits through.
//
// Guarantees: bounded time a question, because a number has at most 17 characters. Thread-safety: immutable.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PHONE_PLAN_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PHONE_PLAN_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::sanitize {

// The countries whose national numbers, written without a country code, are looked for.
class PhoneRegions {
 public:
  // Large countries of every continent.
  PhoneRegions();

  // ISO 3166 codes such as "DE", asked in this order. INVALID_ARGUMENT names a code that has no numbering plan.
  static absl::StatusOr<PhoneRegions> Of(std::vector<std::string> codes);

  const std::vector<std::string>& codes() const { return codes_; }

 private:
  explicit PhoneRegions(std::vector<std::string> codes) : codes_(std::move(codes)) {}

  std::vector<std::string> codes_;
};

namespace personal {

enum class PhoneFit {
  kNone,
  kPossible,  // as long as a number may be
  kValid,     // in a range that is given to subscribers
};

// `digits` follow the plus sign. Longer than 15: kNone.
PhoneFit FitsInternationally(std::string_view digits);

// As dialled inside `region`.
PhoneFit FitsNationally(std::string_view digits, const std::string& region);

}  // namespace personal
}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PHONE_PLAN_H_
