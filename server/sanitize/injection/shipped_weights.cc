#include "server/sanitize/injection/shipped_weights.h"

#include <cstddef>

// The assembler copies the file; the compiler would take seconds for an array of as many numbers.
__asm__(
    ".section .rodata\n"
    "usher_injection_weights_begin:\n"
    ".incbin \"" USHER_INJECTION_WEIGHTS
    "\"\n"
    "usher_injection_weights_end:\n"
    ".previous\n");

extern "C" {
extern const char usher_injection_weights_begin[];
extern const char usher_injection_weights_end[];
}

namespace usher::sanitize::injection {

std::string_view ShippedWeights() {
  return {usher_injection_weights_begin,
          static_cast<size_t>(usher_injection_weights_end - usher_injection_weights_begin)};
}

}  // namespace usher::sanitize::injection
