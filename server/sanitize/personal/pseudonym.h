// What may stand in a text instead of personal data: a stable stand-in, or a mask that keeps what is harmless.
//
// Guarantees: neither is found as personal data again. Non-guarantees: a pseudonym alone does not hold its value; where
// the text is, PseudonymsIn finds what stands for what. Whoever holds the key can test a guess, and short values
// (phones, SSNs) can all be guessed, so the key is as secret as the data. Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PSEUDONYM_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PSEUDONYM_H_

#include <map>
#include <string>
#include <string_view>

#include "server/sanitize/personal/personal_detector.h"
#include "server/sanitize/personal/personal_type.h"

namespace usher::sanitize {

// "EMAIL_" and 13 characters of base32: 64 bits of HMAC-SHA-256 under `key` (32 random bytes) of the tenant, the type
// and the normalised value. The same person gets the same token wherever the value is written in another way; another
// tenant, key or type gives one that cannot be linked.
std::string Pseudonym(std::string_view key, std::string_view tenant, PersonalType type, std::string_view value);

// Whether `text` has the form of one.
bool IsPseudonym(std::string_view text);

// The pseudonyms of all that `detector` finds in a text that has not lost its values, with these as they are written.
std::map<std::string, std::string> PseudonymsIn(const PersonalDataDetector& detector, std::string_view key,
                                                std::string_view tenant, std::string_view text);

// `value` without the differences of writing that Pseudonym ignores: case of a mail domain, separators of numbers,
// notation of an IP address, blanks of names, full-width characters.
std::string NormalizedPersonalValue(PersonalType type, std::string_view value);

// Keeps the last four digits of a card or account and its country, the domain of a mail address, the last two digits of
// a phone, and separators; for other types "[TYPE]".
std::string Mask(PersonalType type, std::string_view value);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PSEUDONYM_H_
