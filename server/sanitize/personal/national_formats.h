// The numbers that states give to people: how each is written and how it is checked.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_NATIONAL_FORMATS_H_
#define USHER_SERVER_SANITIZE_PERSONAL_NATIONAL_FORMATS_H_

#include <string_view>

#include "absl/types/span.h"

namespace usher::sanitize::personal {

enum class Evidence {
  kProof,  // shape and check are so particular that nothing else looks like it
  kShape,  // enough, unless words say that it is something else
  kWords,  // words must say that it is a person's number
};

struct NationalFormat {
  std::string_view name;  // of the country and number, for readers
  // 9: digit, A: letter, x: either, _: at most one blank, hyphen or dot; anything else: itself.
  std::string_view shape;
  // Whether the letters (upper case) and digits of a match pass the number's own check.
  bool (*holds)(std::string_view alnum);
  Evidence evidence;
};

absl::Span<const NationalFormat> EuropeanFormats();
absl::Span<const NationalFormat> WorldFormats();

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_NATIONAL_FORMATS_H_
