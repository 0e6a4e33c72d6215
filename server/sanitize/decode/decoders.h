// The single ways of decoding; DecodePayloads runs them all. Each is linear.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_SANITIZE_DECODE_DECODERS_H_
#define USHER_SERVER_SANITIZE_DECODE_DECODERS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/sanitize/decode/payloads.h"

namespace usher::sanitize::decode {

class Payloads {
 public:
  explicit Payloads(const DecodeBounds& bounds) : bounds_(bounds) {}

  bool full() const { return found_.size() >= bounds_.max_payloads; }
  size_t max_payload_bytes() const { return bounds_.max_payload_bytes; }
  void Add(Span span, std::string text, std::string how) { Add({span, std::move(text), std::move(how), true, span}); }
  void Add(Decoded found) {
    if (!full()) found_.push_back(std::move(found));
  }
  std::vector<Decoded> Take() { return std::move(found_); }

 private:
  const DecodeBounds bounds_;
  std::vector<Decoded> found_;
};

// Base64 in both alphabets, base32 and hexadecimal digits, also wrapped over lines; UTF-16 inside is understood.
void FindBaseN(std::string_view text, Payloads& payloads);

// Escaped letters that nobody needs to escape: \u0041, \x41, %41, &#65;, =41, U+0041.
void FindEscapes(std::string_view text, Payloads& payloads);

// Lists of character codes in decimal, octal, hexadecimal or binary, and Morse code.
void FindNumberLists(std::string_view text, Payloads& payloads);
void FindMorse(std::string_view text, Payloads& payloads);

// Alphabets shifted by any number (rot13, Caesar) or turned around (atbash), and text written backwards.
void FindShiftedLetters(std::string_view text, Payloads& payloads);

// Words with digits for letters, and words with a separator after every letter; the latter in all alphabets.
void FindLeet(std::string_view text, Payloads& payloads);
void FindSpacedLetters(std::string_view text, Payloads& payloads);

// Fullwidth, mathematical, circled, small capital and other letters that only look special.
void FindStyledLetters(std::string_view text, Payloads& payloads);

}  // namespace usher::sanitize::decode

#endif  // USHER_SERVER_SANITIZE_DECODE_DECODERS_H_
