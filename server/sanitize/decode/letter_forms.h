// Which plain letter a specially styled one stands for.
#ifndef USHER_SERVER_SANITIZE_DECODE_LETTER_FORMS_H_
#define USHER_SERVER_SANITIZE_DECODE_LETTER_FORMS_H_

namespace usher::sanitize::decode {

// The printable ASCII character that `c`, a fullwidth, mathematical, circled, squared, superscript, small capital,
// regional or Braille letter, digit or sign, is a form of; 0 when it is none. Thread-safe.
char PlainForm(char32_t c);

// The letter that `c` looks like upside down, or 0.
char TurnedForm(char32_t c);

}  // namespace usher::sanitize::decode

#endif  // USHER_SERVER_SANITIZE_DECODE_LETTER_FORMS_H_
