// The names of the months in some thirty languages, full and short, as ICU knows them.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_MONTH_NAMES_H_
#define USHER_SERVER_SANITIZE_PERSONAL_MONTH_NAMES_H_

#include <string_view>

namespace usher::sanitize::personal {

// Any case; a full stop at the end is ignored. Thread-safe.
bool IsMonthName(std::string_view word);

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_MONTH_NAMES_H_
