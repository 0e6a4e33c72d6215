// Text that travels encoded inside a text: base64, hexadecimal, percent escapes, character references, \u escapes.
//
// Guarantees: linear; each payload is decoded once and is no longer than its encoded form; only payloads that decode to
// readable UTF-8 are returned.
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_INJECTION_PAYLOADS_H_
#define USHER_SERVER_SANITIZE_INJECTION_PAYLOADS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize::injection {

struct Payload {
  std::string_view name;  // lives as long as the program
  Span span;              // bytes of the text it lies in
  std::string decoded;    // valid UTF-8
};

std::vector<Payload> FindPayloads(std::string_view text);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_PAYLOADS_H_
