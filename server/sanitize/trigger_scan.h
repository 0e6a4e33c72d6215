// A fast look for the words that the instruction patterns need, so that most text never meets a regular expression.
#ifndef USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_
#define USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_

#include <cstddef>
#include <string_view>

namespace usher::sanitize {

// Offset, at or after `from`, of the next place where one of the trigger stems may start; npos when there is none. May
// stop at a place that holds none; never passes one that does. ASCII case is ignored.
size_t NextTrigger(std::string_view text, size_t from);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_
