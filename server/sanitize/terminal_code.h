// Reads the escape sequences by which text steers a terminal.
#ifndef USHER_SERVER_SANITIZE_TERMINAL_CODE_H_
#define USHER_SERVER_SANITIZE_TERMINAL_CODE_H_

#include <cstddef>
#include <string_view>

namespace usher::sanitize {

struct TerminalCode {
  size_t end = 0;         // behind the sequence; one behind the escape where none follows
  bool harmless = false;  // emphasis or a colour of letters, which hide nothing
};

// The sequence that starts at `escape` (ESC, or the C1 control U+009B). Titles and links are read to their end, at most
// 1 KiB. Thread-safe.
TerminalCode ReadTerminalCode(std::string_view text, size_t escape);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_TERMINAL_CODE_H_
