// Finds text that was written so that a person cannot read it but a model can: encodings, ciphers and styled letters.
//
// Guarantees: time linear in the text; no more than the bounds are decoded, and of payloads inside payloads no more
// than twice the text; what comes out is valid UTF-8. What is certain reads as language, so that digests, keys and
// pictures are not reported. Non-guarantees: ciphers with a key, compressed payloads, and languages other than those of
// prose.cc in ciphers of letters are not read. Thread-safety: free functions.
#ifndef USHER_SERVER_SANITIZE_DECODE_PAYLOADS_H_
#define USHER_SERVER_SANITIZE_DECODE_PAYLOADS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

struct Decoded {
  Span span;         // bytes of the given text, on code point boundaries
  std::string text;  // what they say
  std::string how;   // "base64", "rot13", ...; of nested ones "base64+hex"
  bool certain;      // reads as language in a form that no format asks for; otherwise only worth a detector's look
  Span around;       // the line that the text is a part of, where it is; otherwise as `span`
};

struct DecodeBounds {
  size_t max_payloads = 1024;        // found in one way
  size_t max_payload_bytes = 16384;  // of the source; a longer payload is read to here
  int max_depth = 3;
};

// In the order of their starts; payloads found in different ways may overlap.
std::vector<Decoded> DecodePayloads(std::string_view text, const DecodeBounds& bounds = {});

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_DECODE_PAYLOADS_H_
