// Whether a value that stands where a secret could stand is one, or a stand-in, a word, a reference or an identifier.
//
// Judges looks only: length, alphabet, variety, how letters follow each other. It cannot know what a value opens.
// Time linear in the value. Thread-safe.
#ifndef USHER_SERVER_SANITIZE_SECRETS_VALUE_JUDGE_H_
#define USHER_SERVER_SANITIZE_SECRETS_VALUE_JUDGE_H_

#include <string_view>

namespace usher::sanitize {

// A value that documentation writes in place of a secret: YOUR_API_KEY, xxxx, <token>, ${TOKEN}, changeme, 12345678.
bool IsPlaceholder(std::string_view value);

// Drawn at random from an alphabet, as far as looks can tell: neither words nor numbers nor a date.
// Needs at least 8 letters and digits.
bool LooksRandom(std::string_view value);

// Only letters that follow each other as in ordinary words, whatever their case and separators.
bool LooksLikeWords(std::string_view value);

// 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view value);

// Code, a path, an address or a digest with its algorithm: what stands behind `password =` without being one.
bool IsReference(std::string_view value, bool quoted);

// What somebody could have chosen as a password: several kinds of characters, or letters that are no word. `lenient`
// accepts a plain word too, for places where nothing but a password can stand.
bool IsPlausiblePassword(std::string_view value, bool lenient);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_VALUE_JUDGE_H_
